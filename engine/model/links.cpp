// The links of the exact likelihood of proportions by name.
#include <array>

#include <tausq/methods.hpp>

#include "engine/methods/table.hpp"

namespace {

using namespace tausq;

struct LinkRow {
  Link id;
  MethodInfo info;
};

constexpr std::array<LinkRow, 4> links{{
    {Link::logit,
     {"logit", "", "logit", "log(p / (1 - p)) = mu + tau u; measure PLO", "Hamza, van Houwelingen & Stijnen 2008, J Clin Epidemiol 61:41"}},
    {Link::probit, {"probit", "", "probit", "Phi^-1(p) = mu + tau u; measure PRZ", "McCullagh & Nelder 1989, sec. 4.3.1"}},
    {Link::cloglog,
     {"cloglog", "", "complementary log-log", "log(-log(1 - p)) = mu + tau u; measure PCLL", "McCullagh & Nelder 1989, sec. 4.3.1"}},
    {Link::log,
     {"log", "", "log, proportions at most 1", "p = min(1, exp(mu + tau u)); measure PLN",
      "Wacholder 1986, Am J Epidemiol 123:174; Warn, Thompson & Spiegelhalter 2002, Stat Med 21:1601"}},
}};

}  // namespace

TAUSQ_DEFINE_METHODS(Link, links)

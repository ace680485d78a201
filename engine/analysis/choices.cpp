// Tables of the choices that have no kernel: which model is reported, whose defaults are followed.
#include <array>

#include <tausq/methods.hpp>

#include "engine/methods/table.hpp"

namespace {

using namespace tausq;

struct ModelRow {
  Model id;
  MethodInfo info;
};

constexpr std::array<ModelRow, 3> models{{
    {Model::both,
     {"both", "", "common effect and random effects", "both estimates side by side", "Cochrane Handbook 6.5, section 10.10.4"}},
    {Model::common, {"common", "fixed", "common effect", "yi ~ N(theta, vi)", "Hedges & Olkin 1985"}},
    {Model::random, {"random", "", "random effects", "yi ~ N(mu, vi + tau2)", "DerSimonian & Laird 1986, Control Clin Trials 7:177"}},
}};

struct PresetRow {
  Preset id;
  MethodInfo info;
};

constexpr std::array<PresetRow, 4> presets{{
    {Preset::none,
     {"none", "tausq", "tausq's own defaults", "exact likelihood where there are counts, else REML with hk-ci and hts", "README"}},
    {Preset::cochrane,
     {"cochrane", "revman", "Cochrane reviews", "RR; Mantel-Haenszel; REML with hk; prediction hts", "Cochrane Handbook 6.5, chapter 10"}},
    {Preset::metafor,
     {"metafor", "", "R package metafor", "inverse variance; REML; z; prediction z", "Viechtbauer 2010, J Stat Softw 36(3)"}},
    {Preset::meta,
     {"meta", "", "R package meta", "REML; z; prediction v; corrections of meta",
      "Balduzzi, Rücker & Schwarzer 2019, Evid Based Ment Health 22:153"}},
}};

}  // namespace

TAUSQ_DEFINE_METHODS(Model, models)
TAUSQ_DEFINE_METHODS(Preset, presets)

// Reports: what stands in them, and that labels stay labels in every form.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include <tausq/page.hpp>
#include <tausq/problem.hpp>
#include <tausq/records.hpp>

using namespace tausq;

namespace {

constexpr const char* trials = "study,events_t,total_t,events_c,total_c\nA,4,40,6,41\nB,7,60,9,58\nC,5,50,8,52\nD,3,30,6,31\n";

Page page_of(const std::string& csv, const Options& options = {}, const PageOptions& page_options = {}) {
  return page(parse_records("trials.csv", csv), options, page_options);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

}  // namespace

TEST_CASE("a report holds its analysis, diagnostics, methods and commands") {
  const Page p = page_of(trials);
  CHECK(p.pool.absolute);
  CHECK(p.influence);
  CHECK(p.bias);
  CHECK(contains(p.methods, "4 studies were combined"));
  CHECK(contains(p.command, "tausq pool trials.csv --measure OR"));
  const std::string html = to_html(p);
  for (const char* id : {"forest", "studies", "estimates", "heterogeneity", "absolute", "sensitivity", "influence", "small-studies",
                         "records", "methods", "reproduce"})
    CHECK_MESSAGE(count(html, std::string("<section id=\"") + id + "\">") == 1, id);
  CHECK_FALSE(contains(html, "{{"));
  CHECK(contains(html, "script-src 'sha256-"));
}

TEST_CASE("every citation of the methods is in the references, and none is there in vain") {
  for (const Options& options :
       {Options{}, Options{.pooling = Pooling::mh}, Options{.tau2 = Tau2Method::REML, .interval = IntervalMethod::hk}}) {
    const Page p = page_of(trials, options);
    for (std::size_t i = 1; i <= p.references.size(); ++i) CHECK(contains(p.methods, " [" + std::to_string(i) + "]"));
    CHECK_FALSE(contains(p.methods, "[" + std::to_string(p.references.size() + 1) + "]"));
  }
}

TEST_CASE("the methods name what was used") {
  const Page p = page_of(trials, {.tau2 = Tau2Method::DL, .interval = IntervalMethod::hk});
  CHECK(contains(p.methods, "DerSimonian-Laird"));
  CHECK(contains(p.methods, "Hartung-Knapp"));
  CHECK(contains(p.equivalents.metafor, "method = \"DL\""));
  CHECK(contains(p.equivalents.metafor, "test = \"knha\""));
  CHECK(contains(p.equivalents.meta, "method.random.ci = \"HK\""));
  CHECK(contains(p.equivalents.stata, "random(dlaird) se(khartung)"));
}

TEST_CASE("labels with markup are text in HTML, Markdown, R and Stata") {
  const std::string label = "<img src=x onerror=\\\"\"alert(1)\"\"> `id` $HOME | {{title}}";
  const Page p = page_of("study,events_t,total_t,events_c,total_c\n\"" + label + "\",4,40,6,41\nB,7,60,9,58\nC,5,50,8,52\n", {},
                         {"</title><script>1</script>"});
  const std::string html = to_html(p), plain = to_html(p, true), markdown = to_markdown(p);
  for (const std::string* text : {&html, &plain}) {
    CHECK_FALSE(contains(*text, "<img"));
    CHECK_FALSE(contains(*text, "<script>1"));
    CHECK(contains(*text, "&lt;img src=x onerror="));
  }
  CHECK(count(html, "<script") == 1);
  CHECK_FALSE(contains(plain, "<script"));
  CHECK(contains(markdown, "\\<img src=x"));
  CHECK(contains(p.equivalents.metafor, "\"<img src=x onerror=\\\\\\\"alert(1)\\\"> `id`"));
  CHECK_FALSE(contains(p.equivalents.stata, "`"));
  CHECK_FALSE(contains(p.equivalents.stata, "$"));
}

TEST_CASE("no form of a report carries what a terminal or an editor would obey") {
  const Page p = page_of("study,events,total\n\x1b[31mA,4,40\nB\xe2\x80\xae,7,60\nC,5,50\n", {});
  for (const std::string& text : {to_html(p), to_markdown(p)}) {
    CHECK_FALSE(contains(text, "\x1b"));
    CHECK_FALSE(contains(text, "\xe2\x80\xae"));
    CHECK(contains(text, "u202e"));
  }
}

TEST_CASE("words of the command line are quoted for a shell") {
  ReadOptions read;
  read.where = "events_t > 3 && study != 'x'";
  const Page p =
      page(parse_records("my trials.csv", "study,events_t,total_t,events_c,total_c\nA,4,40,6,41\nB,7,60,9,58\nC,5,50,8,52\n", read));
  CHECK(contains(p.command, "tausq pool 'my trials.csv' --where 'events_t > 3 && study != '\\''x'\\'''"));
}

TEST_CASE("one scale where natural and analysis scale are the same; one model where only one was asked for") {
  const std::string means = to_html(page_of("study,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,5,2,20,4,2,21\nB,6,2,30,4,3,31\nC,5,1,25,5,2,24\n"));
  CHECK_FALSE(contains(means, "value=\"analysis\""));
  CHECK(contains(means, "value=\"random\""));
  const std::string random = to_html(page_of(trials, {.model = Model::random}));
  CHECK_FALSE(contains(random, "value=\"common\""));
  CHECK(contains(random, "value=\"analysis\""));
}

TEST_CASE("two studies: no tests of small-study effects") {
  const Page p = page_of("study,events,total\nA,3,20\nB,5,30\n");
  CHECK_FALSE(p.bias);
  CHECK_FALSE(p.pool.absolute);
  CHECK_FALSE(contains(to_html(p), "Tests of funnel-plot asymmetry"));
}

TEST_CASE("ids of drawings are distinct") {
  const std::string html = to_html(page_of(trials));
  const std::size_t drawings = count(html, "<svg");
  CHECK(drawings >= 8);
  CHECK(count(html, "<title id=\"") == drawings);
  for (std::size_t i = 0; i < 6; ++i) CHECK(count(html, "<title id=\"forest-plot-" + std::to_string(i) + "-plot-title\"") == 1);
}

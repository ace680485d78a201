#include "tests/property/samples.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>

namespace tausq::property {

namespace {

/// Uniform numbers from the bits of the generator alone: distributions of the standard library differ by platform.
class Draw {
 public:
  explicit Draw(unsigned seed) : generator_(seed) {}
  double real(double low, double high) { return low + (high - low) * static_cast<double>(generator_() >> 11) * 0x1p-53; }
  double whole(double low, double high) { return std::floor(real(low, high + 1)); }

 private:
  std::mt19937_64 generator_;
};

struct Arm {
  double events, total;
};

Arm arm(Draw& draw, double low, double high) {
  const double total = draw.whole(20, 200);
  const double p = draw.real(low, high);
  return {std::clamp(std::round(p * total), 1.0, total - 1), total};
}

StudyData single_counts(Draw& draw, std::size_t k) {
  SingleArmCounts data;
  for (std::size_t i = 0; i < k; ++i) {
    const Arm a = arm(draw, 0.1, 0.6);
    data.events.push_back(a.events);
    data.total.push_back(a.total);
  }
  return data;
}

StudyData double_counts(Draw& draw, std::size_t k) {
  TwoArmCounts data;
  for (std::size_t i = 0; i < k; ++i) {
    const Arm t = arm(draw, 0.1, 0.4), c = arm(draw, 0.2, 0.6);
    data.ai.push_back(t.events);
    data.bi.push_back(t.total - t.events);
    data.ci.push_back(c.events);
    data.di.push_back(c.total - c.events);
  }
  return data;
}

StudyData single_rates(Draw& draw, std::size_t k) {
  SingleArmRates data;
  for (std::size_t i = 0; i < k; ++i) {
    data.events.push_back(draw.whole(3, 60));
    data.time.push_back(draw.real(50, 800));
  }
  return data;
}

StudyData double_rates(Draw& draw, std::size_t k) {
  TwoArmRates data;
  for (std::size_t i = 0; i < k; ++i) {
    data.x1i.push_back(draw.whole(3, 40));
    data.t1i.push_back(draw.real(200, 800));
    data.x2i.push_back(draw.whole(3, 60));
    data.t2i.push_back(draw.real(200, 800));
  }
  return data;
}

StudyData single_means(Draw& draw, std::size_t k) {
  SingleArmMeans data;
  for (std::size_t i = 0; i < k; ++i) {
    data.mi.push_back(draw.real(5, 15));
    data.sdi.push_back(draw.real(1, 4));
    data.ni.push_back(draw.whole(10, 90));
  }
  return data;
}

StudyData double_means(Draw& draw, std::size_t k) {
  TwoArmMeans data;
  for (std::size_t i = 0; i < k; ++i) {
    data.m1i.push_back(draw.real(6, 12));
    data.sd1i.push_back(draw.real(1, 4));
    data.n1i.push_back(draw.whole(10, 90));
    data.m2i.push_back(draw.real(8, 14));
    data.sd2i.push_back(draw.real(1, 4));
    data.n2i.push_back(draw.whole(10, 90));
  }
  return data;
}

StudyData correlations(Draw& draw, std::size_t k) {
  Correlations data;
  for (std::size_t i = 0; i < k; ++i) {
    data.ri.push_back(draw.real(-0.2, 0.7));
    data.ni.push_back(draw.whole(15, 200));
  }
  return data;
}

StudyData generic(Draw& draw, std::size_t k) {
  GenericEffects data;
  for (std::size_t i = 0; i < k; ++i) {
    data.yi.push_back(draw.real(-1, 1));
    data.vi.push_back(draw.real(0.01, 0.2));
  }
  return data;
}

StudyData data_of(Layout layout, Draw& draw, std::size_t k) {
  switch (layout) {
    case Layout::single_arm_counts:
      return single_counts(draw, k);
    case Layout::two_arm_counts:
      return double_counts(draw, k);
    case Layout::single_arm_rates:
      return single_rates(draw, k);
    case Layout::two_arm_rates:
      return double_rates(draw, k);
    case Layout::single_arm_means:
      return single_means(draw, k);
    case Layout::two_arm_means:
      return double_means(draw, k);
    case Layout::correlations:
      return correlations(draw, k);
    case Layout::generic:
      break;
  }
  return generic(draw, k);
}

StudySet labelled(StudyData data, std::size_t k) {
  StudySet studies;
  studies.data = std::move(data);
  for (std::size_t i = 0; i < k; ++i) {
    studies.study.push_back("study " + std::to_string(i + 1));
    studies.row.push_back(i + 1);
  }
  return studies;
}

}  // namespace

StudySet sample(Layout layout, std::size_t k, unsigned seed) {
  Draw draw(seed);
  return labelled(data_of(layout, draw, k), k);
}

StudySet sample_with_zeros(Layout layout) {
  if (layout == Layout::single_arm_counts) return single_arm_counts({0, 3, 7, 12, 5}, {10, 30, 7, 40, 25});
  if (layout == Layout::two_arm_counts) return two_arm_counts({0, 4, 9, 2, 0}, {20, 26, 0, 38, 15}, {3, 7, 5, 0, 0}, {17, 23, 4, 40, 18});
  throw std::logic_error("zero cells are a matter of counts");
}

StudySet arms_exchanged(const StudySet& studies) {
  StudySet result = studies;
  if (auto* counts = std::get_if<TwoArmCounts>(&result.data)) {
    std::swap(counts->ai, counts->ci);
    std::swap(counts->bi, counts->di);
  } else if (auto* rates = std::get_if<TwoArmRates>(&result.data)) {
    std::swap(rates->x1i, rates->x2i);
    std::swap(rates->t1i, rates->t2i);
  } else if (auto* means = std::get_if<TwoArmMeans>(&result.data)) {
    std::swap(means->m1i, means->m2i);
    std::swap(means->sd1i, means->sd2i);
    std::swap(means->n1i, means->n2i);
  } else {
    throw std::logic_error("one arm");
  }
  return result;
}

StudySet events_exchanged(const StudySet& studies) {
  StudySet result = studies;
  if (auto* single = std::get_if<SingleArmCounts>(&result.data)) {
    for (std::size_t i = 0; i < single->events.size(); ++i) single->events[i] = single->total[i] - single->events[i];
  } else {
    auto& counts = std::get<TwoArmCounts>(result.data);
    std::swap(counts.ai, counts.bi);
    std::swap(counts.ci, counts.di);
  }
  return result;
}

StudySet moved(const StudySet& studies, double shift, double scale) {
  StudySet result = studies;
  auto& effects = std::get<GenericEffects>(result.data);
  for (double& y : effects.yi) y = (y + shift) * scale;
  for (double& v : effects.vi) v *= scale * scale;
  return result;
}

StudySet doubled(const StudySet& studies) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < studies.size(); ++i) indices.insert(indices.end(), {i, i});
  return studies.subset(indices);
}

StudySet reversed(const StudySet& studies) {
  std::vector<std::size_t> indices;
  for (std::size_t i = studies.size(); i-- > 0;) indices.push_back(i);
  return studies.subset(indices);
}

bool is_two_arm(Layout layout) {
  return layout == Layout::two_arm_counts || layout == Layout::two_arm_rates || layout == Layout::two_arm_means;
}

bool close(const std::optional<double>& a, const std::optional<double>& b, double relative, double scale) {
  if (!a || !b) return a.has_value() == b.has_value();
  return std::abs(*a - *b) <= relative * std::max({std::abs(*a), std::abs(*b), scale});
}

Options inverse(Measure measure, Tau2Method tau2, IntervalMethod interval) {
  Options options;
  options.effect.measure = measure;
  options.pooling = Pooling::inverse;
  options.tau2 = tau2;
  options.interval = interval;
  return options;
}

std::vector<Tau2Method> weight_free_estimators() {
  std::vector<Tau2Method> result = all<Tau2Method>();
  std::erase_if(result, [](Tau2Method m) { return m == Tau2Method::GENQ || m == Tau2Method::GENQM; });
  return result;
}

}  // namespace tausq::property

// Reads the studies of a set one by one in the shape that the kernels take.
#pragma once

#include <cstddef>

#include <tausq/studies.hpp>

#include "engine/effect/kernels.hpp"

namespace tausq::effect {

inline Proportion shape(const SingleArmCounts& s, std::size_t i) {
  return {s.events[i], s.total[i] - s.events[i]};
}
inline TwoByTwo shape(const TwoArmCounts& s, std::size_t i) {
  return {s.ai[i], s.bi[i], s.ci[i], s.di[i]};
}
inline Rate shape(const SingleArmRates& s, std::size_t i) {
  return {s.events[i], s.time[i]};
}
inline TwoRates shape(const TwoArmRates& s, std::size_t i) {
  return {s.x1i[i], s.t1i[i], s.x2i[i], s.t2i[i]};
}
inline Mean shape(const SingleArmMeans& s, std::size_t i) {
  return {s.mi[i], s.sdi[i], s.ni[i]};
}
inline TwoMeans shape(const TwoArmMeans& s, std::size_t i) {
  return {s.m1i[i], s.sd1i[i], s.n1i[i], s.m2i[i], s.sd2i[i], s.n2i[i]};
}
inline Correlation shape(const Correlations& s, std::size_t i) {
  return {s.ri[i], s.ni[i]};
}
inline Given shape(const GenericEffects& s, std::size_t i) {
  return {s.yi[i], s.vi[i], i < s.ni.size() ? s.ni[i] : 0};
}

/// Patients, or person-time, of all arms together.
inline double size(const Proportion& s) {
  return s.n();
}
inline double size(const TwoByTwo& s) {
  return s.n1() + s.n2();
}
inline double size(const Rate& s) {
  return s.t;
}
inline double size(const TwoRates& s) {
  return s.t1 + s.t2;
}
inline double size(const Mean& s) {
  return s.n;
}
inline double size(const TwoMeans& s) {
  return s.n1 + s.n2;
}
inline double size(const Correlation& s) {
  return s.n;
}
inline double size(const Given& s) {
  return s.n;
}

}  // namespace tausq::effect

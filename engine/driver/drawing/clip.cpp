#include "engine/driver/drawing/clip.hpp"

#include <algorithm>
#include <array>

namespace tausq::drawing {

namespace {

Point between(Point a, Point b, double share) {
  return {a.first + share * (b.first - a.first), a.second + share * (b.second - a.second)};
}

}  // namespace

bool clip_segment(const Box& box, Point& from, Point& to) {
  const double dx = to.first - from.first, dy = to.second - from.second;
  const std::array<std::pair<double, double>, 4> sides{
      {{-dx, from.first - box.left}, {dx, box.right - from.first}, {-dy, from.second - box.top}, {dy, box.bottom - from.second}}};
  double enter = 0, leave = 1;
  for (const auto& [step, room] : sides) {
    if (step == 0 && room < 0) return false;
    if (step < 0) enter = std::max(enter, room / step);
    if (step > 0) leave = std::min(leave, room / step);
  }
  if (enter > leave) return false;
  const Point start = from;
  from = between(start, to, enter);
  to = between(start, to, leave);
  return true;
}

std::vector<std::vector<Point>> clip_line(const Box& box, const std::vector<Point>& points) {
  std::vector<std::vector<Point>> pieces;
  bool open = false;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    Point from = points[i], to = points[i + 1];
    if (!clip_segment(box, from, to)) {
      open = false;
      continue;
    }
    if (!open) pieces.push_back({from});
    pieces.back().push_back(to);
    open = to == points[i + 1];
  }
  return pieces;
}

std::vector<Point> clip_polygon(const Box& box, std::vector<Point> corners) {
  // How far a point stands inside of each side.
  const std::array<double (*)(const Box&, Point), 4> insides{
      [](const Box& b, Point p) { return p.first - b.left; }, [](const Box& b, Point p) { return b.right - p.first; },
      [](const Box& b, Point p) { return p.second - b.top; }, [](const Box& b, Point p) { return b.bottom - p.second; }};
  for (const auto inside : insides) {
    std::vector<Point> kept;
    for (std::size_t i = 0; i < corners.size(); ++i) {
      const Point here = corners[i], next = corners[(i + 1) % corners.size()];
      const double a = inside(box, here), b = inside(box, next);
      if (a >= 0) kept.push_back(here);
      if ((a < 0) != (b < 0)) kept.push_back(between(here, next, a / (a - b)));
    }
    corners = std::move(kept);
  }
  return corners;
}

}  // namespace tausq::drawing

// What of a line or an area lies within a rectangle.
#pragma once

#include <utility>
#include <vector>

namespace tausq::drawing {

using Point = std::pair<double, double>;

struct Box {
  double left, top, right, bottom;
  bool contains(Point p, double slack = 1e-9) const {
    return p.first >= left - slack && p.first <= right + slack && p.second >= top - slack && p.second <= bottom + slack;
  }
  bool overlaps(const Box& other) const { return left < other.right && other.left < right && top < other.bottom && other.top < bottom; }
};

/// Shortens a segment to its part inside the box (Liang & Barsky 1984); false where there is none.
bool clip_segment(const Box& box, Point& from, Point& to);

/// The part of a line through the points that lies inside: one piece or several.
std::vector<std::vector<Point>> clip_line(const Box& box, const std::vector<Point>& points);

/// The part of a polygon inside (Sutherland & Hodgman 1974); empty where there is none.
std::vector<Point> clip_polygon(const Box& box, std::vector<Point> corners);

}  // namespace tausq::drawing

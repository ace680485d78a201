// Trials on which the diagnostics are compared with other programs.
#pragma once

#include <string>
#include <tausq/effects.hpp>
#include <tausq/studies.hpp>

/// A set of studies and the measure by which they are analysed.
struct Trials {
  tausq::StudySet studies;
  tausq::Measure measure;
};

/// BCG vaccination against tuberculosis, 13 trials (Colditz et al. 1994).
inline const Trials bcg{tausq::two_arm_counts({4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27},
                                              {119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886},
                                              {11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29},
                                              {128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825}),
                        tausq::Measure::OR};

/// Hyperdynamic therapy of cerebral vasospasm, 14 studies of one arm (Pritz 1997).
inline const Trials pritz{
    tausq::single_arm_counts({16, 10, 4, 43, 10, 25, 13, 12, 22, 4, 5, 18, 58, 6}, {17, 12, 8, 58, 10, 42, 14, 12, 41, 5, 6, 23, 68, 10}),
    tausq::Measure::PLO};

/// Magnesium in myocardial infarction, 22 trials (Li et al. 2007).
inline const Trials magnesium{
    tausq::two_arm_counts({1, 4, 2, 1, 1, 1, 6, 10, 2, 90, 5, 4, 4, 2216, 3, 1, 6, 475, 2, 0, 101, 1},
                          {39, 52, 90, 47, 24, 49, 75, 140, 19, 1060, 120, 126, 92, 26795, 37, 30, 163, 2638, 48, 75, 1590, 88},
                          {2, 14, 7, 1, 3, 9, 11, 8, 4, 118, 12, 8, 17, 2103, 3, 0, 18, 472, 10, 1, 134, 3},
                          {34, 60, 86, 45, 20, 44, 70, 140, 21, 1032, 90, 114, 81, 26936, 35, 30, 163, 2628, 40, 74, 1354, 88}),
    tausq::Measure::OR};

/// Teacher expectancy, 19 standardised mean differences (Raudenbush 1985).
inline const Trials expectancy{tausq::generic_effects({0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.8, 0.54, 0.18, -0.02,
                                                       0.23, -0.18, -0.06, 0.3, 0.07, -0.07},
                                                      {0.0156, 0.0216, 0.0279, 0.1391, 0.1362, 0.0106, 0.0106, 0.0484, 0.0269, 0.063,
                                                       0.0912, 0.0497, 0.0835, 0.0841, 0.0253, 0.0279, 0.0193, 0.0088, 0.0303}),
                               tausq::Measure::GEN};

/// Stay in hospital after stroke under specialist care, 9 trials (Normand 1999).
inline const Trials stroke{[] {
                             tausq::StudySet set;
                             set.data = tausq::TwoArmMeans{{55, 27, 64, 66, 14, 19, 52, 21, 30},  {47, 7, 17, 20, 8, 7, 45, 16, 27},
                                                           {155, 31, 75, 18, 8, 57, 34, 110, 60}, {75, 29, 119, 137, 18, 18, 41, 31, 23},
                                                           {64, 4, 29, 48, 11, 4, 34, 27, 20},    {156, 32, 71, 18, 13, 52, 33, 183, 52}};
                             for (std::size_t i = 1; i <= 9; ++i) set.study.push_back("study " + std::to_string(i)), set.row.push_back(i);
                             return set;
                           }(),
                           tausq::Measure::SMD};

/// Eleven trials, data set quan2000 of the R package metadat.
inline const Trials quan{
    tausq::two_arm_counts({0, 7, 3, 17, 11, 6, 18, 1, 8, 2, 12}, {300, 225, 294, 270, 973, 1852, 1255, 509, 1323, 277, 1606},
                          {1, 8, 6, 21, 19, 5, 17, 10, 9, 1, 12}, {294, 184, 308, 278, 919, 1847, 1270, 499, 1350, 69, 1508}),
    tausq::Measure::OR};

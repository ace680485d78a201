// Functions that are compiled twice: for every x86-64 processor, and for those with AVX2 and FMA.
#pragma once

/// Marks a function whose loops and std::fma are worth both; the program chooses when it starts. The digits are the same,
/// as fma rounds once in hardware and in software alike. TAUSQ_NARROW leaves the first version alone, for tests that compare.
#if !defined(TAUSQ_NARROW) && defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__)
#define TAUSQ_WIDE __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define TAUSQ_WIDE
#endif

/// Marks what such a function calls: only inlined code is compiled for both.
#if defined(__GNUC__)
#define TAUSQ_WIDE_PART __attribute__((always_inline)) inline
#else
#define TAUSQ_WIDE_PART inline
#endif

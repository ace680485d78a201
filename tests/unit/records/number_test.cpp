// Decimal numbers, exactly.
#include <doctest/doctest.h>

#include <string>

#include "engine/driver/records/number.hpp"

using namespace tausq::records;

TEST_CASE("whole numbers are recognised from their digits, however they are written") {
  for (const char* text : {"3", "3.", "03", "+3", "3.000", "30e-1", "0.3e1", "0.00003e5", " 3\t", "300E-2", "3e0", "3e+00"}) {
    CAPTURE(text);
    const Number number = parse_number(text);
    CHECK(number.kind == NumberKind::number);
    CHECK(number.countable);
    CHECK(number.value == 3);
  }
  CHECK(parse_number("3." + std::string(600, '0')).countable);
  CHECK_FALSE(parse_number("3." + std::string(600, '0') + "1").whole);
  CHECK(parse_number(std::string(600, '0') + "7").value == 7);
  CHECK(parse_number("1" + std::string(600, '0') + "e-600").value == 1);
}

TEST_CASE("2^53 is the last count") {
  CHECK(parse_number("9007199254740992").countable);
  CHECK(parse_number("9007199254740992").value == 9007199254740992.0);
  for (const char* text : {"9007199254740993", "9.007199254740993e15", "18446744073709551617", "1e16", "1e400", "1e99999999999999999999"}) {
    CAPTURE(text);
    CHECK(parse_number(text).whole);
    CHECK_FALSE(parse_number(text).countable);
  }
}

TEST_CASE("zero is zero under any exponent, and keeps its sign") {
  for (const char* text : {"0", "0e999999999999", "0.000e-5", "-0", "-0.0"}) {
    CAPTURE(text);
    CHECK(parse_number(text).countable);
    CHECK(parse_number(text).value == 0);
    CHECK(parse_number(text).negative == (text[0] == '-'));
  }
}

TEST_CASE("other numbers are rounded correctly, or out of range") {
  CHECK(parse_number("0.1").value == 0.1);
  CHECK(parse_number("-123.456e-7").value == -123.456e-7);
  CHECK(parse_number("1e308").finite);
  CHECK(parse_number("1e20").value == 1e20);
  CHECK(parse_number("4.9e-324").value == 4.9e-324);
  CHECK_FALSE(parse_number("1e309").finite);
  CHECK_FALSE(parse_number("1e-400").finite);
  CHECK_FALSE(parse_number("1e-400").whole);
}

TEST_CASE("what only looks like a number is none") {
  for (const char* text : {"-",
                           "+",
                           ".",
                           "--3",
                           "+-3",
                           "1e",
                           "e5",
                           "1e+",
                           "1e1.5",
                           "1.2.3",
                           "0x1p3",
                           "0b11",
                           "1_0",
                           "1'0",
                           "1 0",
                           "$3",
                           "3%",
                           "3/10",
                           "TRUE",
                           "#N/A",
                           "=1+2",
                           "1,5",
                           "\xC2\xA0"
                           "3",
                           "\xEF\xBC\x93",
                           "\xE2\x88\x92"
                           "3",
                           "N/A",
                           "1d2"}) {
    CAPTURE(text);
    CHECK(parse_number(text).kind == NumberKind::not_number);
  }
  for (const char* text : {"nan", "NaN", "-nan", "nan(0x1)", "1.#QNAN"}) CHECK(parse_number(text).kind == NumberKind::nan);
  for (const char* text : {"inf", "-Inf", "+INFINITY", "1.#INF"}) CHECK(parse_number(text).kind == NumberKind::infinite);
  for (const char* text : {"", "  ", "\t", "NA"}) CHECK(parse_number(text).kind == NumberKind::empty);
}

TEST_CASE("a decimal comma replaces the point") {
  CHECK(parse_number("1,5", ',').value == 1.5);
  CHECK(parse_number("1.5", ',').kind == NumberKind::not_number);
  CHECK(decimals("46,15", ',') == 2);
  CHECK(decimals("46.150e3") == 3);
  CHECK(decimals("46") == 0);
}

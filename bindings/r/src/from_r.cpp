#include "from_r.hpp"

namespace tausq::r {

namespace {

void append_quoted(std::string& csv, std::string_view text) {
  csv += '"';
  for (const char c : text) {
    if (c == '"') csv += '"';
    csv += c;
  }
  csv += '"';
}

void append_number(std::string& csv, double value) {
  if (R_IsNA(value)) return;
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  csv.append(digits, end);
}

void append_cell(std::string& csv, SEXP column, R_xlen_t i) {
  switch (TYPEOF(column)) {
    case REALSXP:
      return append_number(csv, REAL(column)[i]);
    case INTSXP:
      if (INTEGER(column)[i] == NA_INTEGER) return;
      if (Rf_isFactor(column))
        return append_quoted(csv, Rf_translateCharUTF8(STRING_ELT(Rf_getAttrib(column, R_LevelsSymbol), INTEGER(column)[i] - 1)));
      csv += std::to_string(INTEGER(column)[i]);
      return;
    case LGLSXP:
      if (LOGICAL(column)[i] != NA_LOGICAL) csv += LOGICAL(column)[i] != 0 ? '1' : '0';
      return;
    case STRSXP:
      if (STRING_ELT(column, i) != NA_STRING) append_quoted(csv, Rf_translateCharUTF8(STRING_ELT(column, i)));
      return;
    default:
      throw UsageError("data: a column is neither numbers, text, a factor nor TRUE and FALSE");
  }
}

}  // namespace

std::string csv_of(const cpp11::list& columns) {
  std::string csv;
  const cpp11::strings names(columns.names());
  for (R_xlen_t j = 0; j < columns.size(); ++j) {
    if (j > 0) csv += ',';
    append_quoted(csv, std::string(names[j]));
  }
  csv += '\n';
  const R_xlen_t rows = columns.size() == 0 ? 0 : Rf_xlength(columns[0]);
  for (R_xlen_t i = 0; i < rows; ++i) {
    for (R_xlen_t j = 0; j < columns.size(); ++j) {
      if (j > 0) csv += ',';
      append_cell(csv, columns[j], i);
    }
    csv += '\n';
  }
  return csv;
}

namespace {

/// A separator of one character, or "tab".
char separator(const OptionReader& reader, const std::string& name) {
  std::string text;
  reader.read(text);
  if (text == "tab") return '\t';
  if (text.size() != 1) throw UsageError(name + ": must be one character, or tab");
  return text[0];
}

bool is_latin1(const OptionReader& reader) {
  std::string text;
  reader.read(text);
  if (text != "latin1" && text != "utf-8") throw UsageError("encoding: must be utf-8 or latin1");
  return text == "latin1";
}

}  // namespace

ReadOptions read_options(const cpp11::list& values) {
  ReadOptions read;
  if (values.size() == 0) return read;
  const cpp11::strings names(values.names());
  for (R_xlen_t i = 0; i < values.size(); ++i) {
    const std::string name(names[i]);
    const SEXP value = values[i];
    if (Rf_isNull(value)) continue;
    const OptionReader reader(name, value);
    if (name == "where") {
      reader.read(read.where);
    } else if (name == "treatment") {
      reader.read(read.treatment);
    } else if (name == "control") {
      reader.read(read.control);
    } else if (name == "denominator") {
      reader.read(read.denominator);
    } else if (name == "delimiter") {
      read.delimiter = separator(reader, name);
    } else if (name == "decimal") {
      read.decimal = separator(reader, name);
    } else if (name == "encoding") {
      read.latin1 = is_latin1(reader);
    } else if (name == "allow_repeats") {
      reader.read(read.allow_repeats);
    } else if (name == "reject_missing") {
      reader.read(read.reject_missing);
    } else if (name == "columns") {
      const cpp11::strings ours(Rf_getAttrib(value, R_NamesSymbol)), theirs(value);
      for (R_xlen_t j = 0; j < theirs.size(); ++j) read.columns[std::string(ours[j])] = std::string(theirs[j]);
    } else {
      throw UsageError(name + ": there is no such option");
    }
  }
  return read;
}

}  // namespace tausq::r

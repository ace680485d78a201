#include "engine/driver/records/where.hpp"

#include <array>
#include <optional>

#include <tausq/problem.hpp>

#include "engine/driver/records/findings.hpp"
#include "engine/driver/records/limits.hpp"
#include "engine/driver/records/number.hpp"
#include "engine/driver/records/unicode.hpp"

namespace tausq::records {

namespace {

enum class Token { end, open, close, both, either, negation, comparison, number, text, name };
enum class Comparison { equal, unequal, less, at_most, greater, at_least };

struct Sign {
  std::string_view spelling;
  Token token;
  Comparison comparison;
};

/// Longer signs first.
constexpr std::array signs{
    Sign{"&&", Token::both, {}},
    Sign{"||", Token::either, {}},
    Sign{"==", Token::comparison, Comparison::equal},
    Sign{"!=", Token::comparison, Comparison::unequal},
    Sign{"<=", Token::comparison, Comparison::at_most},
    Sign{">=", Token::comparison, Comparison::at_least},
    Sign{"<", Token::comparison, Comparison::less},
    Sign{">", Token::comparison, Comparison::greater},
    Sign{"!", Token::negation, {}},
    Sign{"(", Token::open, {}},
    Sign{")", Token::close, {}},
};

/// A column, or a constant.
struct Value {
  std::optional<std::size_t> column;
  std::string text;
  std::optional<double> number;
  bool numeral = false;  ///< a number that does not stand between quotes: only numbers compare with it
};

std::optional<double> number_of(std::string_view text, char decimal) {
  if (const std::int64_t n = plain_count(text); n >= 0) return static_cast<double>(n);
  const Number number = parse_number(text, decimal);
  if (number.kind != NumberKind::number || !number.finite) return std::nullopt;
  return number.value;
}

template <typename T>
bool compared(const T& a, Comparison comparison, const T& b) {
  switch (comparison) {
    case Comparison::equal:
      return a == b;
    case Comparison::unequal:
      return a != b;
    case Comparison::less:
      return a < b;
    case Comparison::at_most:
      return a <= b;
    case Comparison::greater:
      return a > b;
    default:
      return a >= b;
  }
}

}  // namespace

/// A comparison, or an operator with its operands.
struct Condition::Node {
  Token kind = Token::comparison;
  Comparison comparison = Comparison::equal;
  Value left, right;
  std::vector<std::unique_ptr<Node>> operands;
};

namespace {

using Node = Condition::Node;

class Parser {
 public:
  Parser(std::string_view text, const Table& table, const Columns& columns) : text_(text), table_(table), columns_(columns) { next(); }

  std::unique_ptr<Node> condition() {
    std::unique_ptr<Node> node = chain(Token::either);
    if (token_ != Token::end) refuse("expected '&&', '||' or the end");
    return node;
  }

 private:
  [[noreturn]] void refuse(const std::string& rule) const {
    throw UsageError("--where " + quoted(text_) + ", character " + std::to_string(begin_ + 1) + ": " + rule);
  }

  /// Operands joined by "||", themselves joined by "&&".
  std::unique_ptr<Node> chain(Token joint) {
    std::unique_ptr<Node> first = joint == Token::either ? chain(Token::both) : negation();
    if (token_ != joint) return first;
    auto node = std::make_unique<Node>();
    node->kind = joint;
    node->operands.push_back(std::move(first));
    while (token_ == joint) {
      next();
      node->operands.push_back(joint == Token::either ? chain(Token::both) : negation());
    }
    return node;
  }

  std::unique_ptr<Node> negation() {
    if (token_ != Token::negation && token_ != Token::open) return comparison();
    if (++depth_ > max_where_depth) refuse("parentheses are nested at most " + std::to_string(max_where_depth) + " deep");
    std::unique_ptr<Node> node;
    if (token_ == Token::negation) {
      next();
      node = std::make_unique<Node>();
      node->kind = Token::negation;
      node->operands.push_back(negation());
    } else {
      next();
      node = chain(Token::either);
      if (token_ != Token::close) refuse("expected ')'");
      next();
    }
    --depth_;
    return node;
  }

  std::unique_ptr<Node> comparison() {
    auto node = std::make_unique<Node>();
    node->left = value();
    if (token_ != Token::comparison) refuse("expected a comparison (==, !=, <, <=, >, >=)");
    node->comparison = comparison_;
    next();
    node->right = value();
    if (!node->left.column && !node->right.column) refuse("a comparison needs a column (a name with blanks stands between `)");
    return node;
  }

  Value value() {
    Value result;
    result.text = word_;
    result.numeral = token_ == Token::number;
    if (token_ == Token::name)
      result.column = column(word_);
    else if (token_ == Token::number || token_ == Token::text)
      result.number = number_of(word_, '.');
    else
      refuse("expected a column, a number or a quoted text");
    next();
    return result;
  }

  std::size_t column(const std::string& name) const {
    if (const auto found = find_column(table_, name)) return *found;
    if (const auto renamed = columns_.renamed.find(folded(name)); renamed != columns_.renamed.end()) return renamed->second;
    for (const FieldColumn& f : columns_.fields)
      if (f.field->name == folded(name)) return f.column;
    if (folded(name) == "study" && columns_.study) return *columns_.study;
    refuse("there is no column " + quoted(name) + " (text stands between quotes)");
  }

  void next() {
    while (at_ < text_.size() && trimmed(text_.substr(at_, 1)).empty()) ++at_;
    begin_ = at_;
    word_.clear();
    if (at_ == text_.size()) {
      token_ = Token::end;
      return;
    }
    for (const Sign& sign : signs) {
      if (!text_.substr(at_).starts_with(sign.spelling)) continue;
      token_ = sign.token;
      comparison_ = sign.comparison;
      at_ += sign.spelling.size();
      return;
    }
    if (text_[at_] == '"' || text_[at_] == '\'' || text_[at_] == '`')
      take_quoted();
    else
      take_word();
  }

  void take_quoted() {
    const std::size_t close = text_.find(text_[at_], at_ + 1);
    if (close == std::string_view::npos) refuse("the quote is not closed");
    token_ = text_[at_] == '`' ? Token::name : Token::text;
    word_ = text_.substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
  }

  void take_word() {
    const auto in_word = [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
             static_cast<unsigned char>(c) >= 0x80;
    };
    const auto is_sign = [&](std::size_t i) { return i < text_.size() && (text_[i] == '-' || text_[i] == '+'); };
    std::size_t end = at_ + (is_sign(at_) ? 1 : 0);
    while (end < text_.size() &&
           (in_word(text_[end]) || (is_sign(end) && number_of(text_.substr(at_, end - at_ - 1), '.') && (text_[end - 1] | 0x20) == 'e')))
      ++end;
    word_ = text_.substr(at_, end - at_);
    if (word_.empty() || word_ == "-" || word_ == "+")
      refuse(text_[at_] == '=' ? "'=' compares nothing: write ==" : "unexpected character");
    token_ = number_of(word_, '.') ? Token::number : Token::name;
    at_ = end;
  }

  std::string_view text_;
  const Table& table_;
  const Columns& columns_;
  std::size_t at_ = 0, begin_ = 0, depth_ = 0;
  Token token_ = Token::end;
  Comparison comparison_ = Comparison::equal;
  std::string word_;
};

[[noreturn]] void not_a_number(const Table& table, std::size_t row, std::size_t column, std::string_view word) {
  throw UsageError("--where: line " + std::to_string(table.line(row, column)) + ", column " + shown(table.names[column]) + ": " +
                   quoted(word) + " is no number (a number between quotes compares as text)");
}

/// The comparison of one row.
bool satisfied(const Node& node, const Table& table, std::size_t row, char decimal) {
  const auto text = [&](const Value& v) { return v.column ? trimmed(table.text(row, *v.column)) : std::string_view(v.text); };
  const auto number = [&](const Value& v, std::string_view as_text) {
    return v.number || !v.column ? v.number : number_of(as_text, decimal);
  };
  const std::string_view left = text(node.left), right = text(node.right);
  if (left.empty() || right.empty()) {
    const bool asks_for_empty = (!node.left.column && left.empty()) || (!node.right.column && right.empty());
    return asks_for_empty &&
           ((node.comparison == Comparison::equal && left == right) || (node.comparison == Comparison::unequal && left != right));
  }
  const auto a = number(node.left, left), b = number(node.right, right);
  if (a && b) return compared(*a, node.comparison, *b);
  if (node.left.numeral || node.right.numeral) {
    const std::string_view word = node.left.numeral ? right : left;
    if (word == "NA") return false;  // as an empty cell
    if (node.comparison != Comparison::equal && node.comparison != Comparison::unequal)
      not_a_number(table, row, node.left.numeral ? *node.right.column : *node.left.column, word);
  }
  return compared(left, node.comparison, right);
}

bool holds_in(const Node& node, const Table& table, std::size_t row, char decimal) {
  if (node.kind == Token::comparison) return satisfied(node, table, row, decimal);
  if (node.kind == Token::negation) return !holds_in(*node.operands.front(), table, row, decimal);
  for (const auto& operand : node.operands)
    if (holds_in(*operand, table, row, decimal) == (node.kind == Token::either)) return node.kind == Token::either;
  return node.kind == Token::both;
}

}  // namespace

Condition::Condition(std::string_view text, const Table& table, const Columns& columns, char decimal)
    : root_(Parser(text, table, columns).condition()), table_(table), decimal_(decimal) {}
Condition::Condition(Condition&&) noexcept = default;
Condition::~Condition() = default;

bool Condition::holds(std::size_t row) const {
  return holds_in(*root_, table_, row, decimal_);
}

}  // namespace tausq::records

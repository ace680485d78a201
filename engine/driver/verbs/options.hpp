// Options that verbs have of their own, declared file by file.
#pragma once

#include "engine/driver/verbs/command.hpp"

namespace tausq::verbs {

void add_influence(CLI::App& app, Command& command);
void add_bias(CLI::App& app, Command& command);
void add_multiverse(CLI::App& app, Command& command);
void add_batch(CLI::App& app, Command& command);
void add_forest(CLI::App& app, Command& command);
void add_plot_kind(CLI::App& app, Command& command);
void add_plot_settings(CLI::App& app, Command& command);

}  // namespace tausq::verbs

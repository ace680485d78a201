// The whole public interface of the core.
#pragma once

#include <tausq/absolute.hpp>
#include <tausq/analysis.hpp>
#include <tausq/batch.hpp>
#include <tausq/bias.hpp>
#include <tausq/bootstrap.hpp>
#include <tausq/compare.hpp>
#include <tausq/display.hpp>
#include <tausq/effects.hpp>
#include <tausq/influence.hpp>
#include <tausq/method_tables.hpp>
#include <tausq/methods.hpp>
#include <tausq/multiverse.hpp>
#include <tausq/options.hpp>
#include <tausq/problem.hpp>
#include <tausq/status.hpp>
#include <tausq/studies.hpp>
#include <tausq/summaries.hpp>
#include <tausq/version.hpp>

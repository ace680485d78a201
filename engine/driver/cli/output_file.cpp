#include "engine/driver/cli/output_file.hpp"

#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <vector>

#include <tausq/problem.hpp>

#include "engine/driver/cli/temporary_file.hpp"

extern char** environ;

namespace tausq::cli {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(const std::string& path, const std::string& rule, const char* code = "E_OUTPUT_PATH") {
  throw InputError({{code, path, 0, "", path, rule}});
}

/// The file that a symbolic link stands for, so that writing replaces the file and not the link.
std::string target_of(const std::string& path) {
  std::error_code error;
  return fs::is_symlink(path, error) ? fs::weakly_canonical(path, error).string() : path;
}

/// Pipes and devices (/dev/stdout) cannot be renamed over: they are written directly.
bool is_special(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

void write_special(const std::string& path, std::string_view bytes) {
  FILE* file = std::fopen(path.c_str(), "wb");
  const bool written = file && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  if (!file || (std::fclose(file) != 0) || !written) refuse(path, std::string("cannot be written: ") + std::strerror(errno));
}

/// Runs a program that reads `in` and writes `out`; -> its exit code, 127 when it is missing, 126 when a signal ended it.
int run_program(std::initializer_list<const char*> words, int in, int out) {
  std::vector<char*> arguments;
  for (const char* word : words) arguments.push_back(const_cast<char*>(word));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t streams;
  posix_spawn_file_actions_init(&streams);
  posix_spawn_file_actions_adddup2(&streams, in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&streams, out, STDOUT_FILENO);
  pid_t child = 0;
  const bool started = posix_spawnp(&child, arguments[0], &streams, nullptr, arguments.data(), environ) == 0;
  posix_spawn_file_actions_destroy(&streams);
  if (!started) return 127;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}

}  // namespace

std::string extension(const std::string& path) {
  std::string ext = fs::path(path).extension().string();
  for (char& c : ext)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return ext;
}

void check_output_path(const std::string& path, const std::string& records) {
  if (path.empty()) refuse(path, "the output needs a name");
  std::error_code error;
  if (fs::is_directory(path, error)) refuse(path, "is a directory");
  if (records != "-" && fs::equivalent(path, records, error)) refuse(path, "the output would overwrite the records");
}

void write_file(const std::string& path, std::string_view bytes) {
  if (is_special(path)) return write_special(path, bytes);
  TemporaryFile file(target_of(path));
  file.write(bytes);
  file.keep();
}

/// A file on its way to its name, or a nameless one on its way to a stream.
struct GrowingOutput::Place {
  std::string name = "standard output";
  std::optional<TemporaryFile> file;
  std::FILE* held_back = nullptr;

  ~Place() {
    if (held_back) std::fclose(held_back);
  }

  void copy_to(std::FILE* stream) {
    std::vector<char> piece(std::size_t{1} << 16);
    std::rewind(held_back);
    while (const std::size_t n = std::fread(piece.data(), 1, piece.size(), held_back))
      if (std::fwrite(piece.data(), 1, n, stream) != n) refuse(name, std::string("cannot be written: ") + std::strerror(errno));
    if (std::ferror(held_back) != 0 || std::fflush(stream) != 0) refuse(name, std::string("cannot be written: ") + std::strerror(errno));
  }
};

GrowingOutput::GrowingOutput(const std::optional<std::string>& path) : place_(std::make_unique<Place>()) {
  if (path) place_->name = *path;
  if (path && !is_special(*path)) {
    place_->file.emplace(target_of(*path));
    return;
  }
  place_->held_back = std::tmpfile();
  if (!place_->held_back) refuse(place_->name, std::string("no room to hold the output back: ") + std::strerror(errno));
}

GrowingOutput::~GrowingOutput() = default;

void GrowingOutput::write(std::string_view bytes) {
  if (place_->file) return place_->file->write(bytes);
  if (std::fwrite(bytes.data(), 1, bytes.size(), place_->held_back) != bytes.size())
    refuse(place_->name, std::string("cannot be written: ") + std::strerror(errno));
}

void GrowingOutput::keep() {
  if (place_->file) return place_->file->keep();
  if (place_->name == "standard output") return place_->copy_to(stdout);
  std::FILE* const stream = std::fopen(place_->name.c_str(), "wb");
  if (!stream) refuse(place_->name, std::string("cannot be written: ") + std::strerror(errno));
  place_->copy_to(stream);
  if (std::fclose(stream) != 0) refuse(place_->name, std::string("cannot be written: ") + std::strerror(errno));
}

void write_converted(const std::string& path, std::string_view svg) {
  TemporaryFile source(target_of(path)), result(target_of(path));
  source.write(svg);
  ::lseek(source.descriptor(), 0, SEEK_SET);
  const std::string format = extension(path).substr(1);
  // Two pixels a unit: sharp on a screen and at column width in print.
  const int exit = run_program({"rsvg-convert", "--format", format.c_str(), "--zoom", format == "png" ? "2" : "1"}, source.descriptor(),
                               result.descriptor());
  if (exit == 127)
    refuse(path, "writing " + format + " needs the program rsvg-convert (Debian package librsvg2-bin); .svg needs nothing", "E_CONVERTER");
  if (exit != 0) refuse(path, "rsvg-convert failed with exit code " + std::to_string(exit), "E_CONVERTER");
  result.keep();
}

}  // namespace tausq::cli

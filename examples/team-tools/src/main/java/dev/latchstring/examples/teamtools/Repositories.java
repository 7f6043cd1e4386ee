package dev.latchstring.examples.teamtools;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The team's clones, each a folder of one name, and {@code git} on them: started without a shell,
 * without prompts, for at most half a minute.
 */
final class Repositories {
  /** The most bytes of what git says that are read. */
  private static final int MOST = 64 * 1024;

  private static final int SECONDS = 30;

  private final Path root;

  Repositories(Path root) {
    this.root = root;
  }

  /** What came of it. */
  sealed interface Outcome {
    record Done(List<String> lines) implements Outcome {}

    record Failed(String why) implements Outcome {}
  }

  /** The branches of the remote. */
  Outcome branches(String repository) {
    return switch (git(repository, "ls-remote", "--heads", "origin")) {
      case Outcome.Done done ->
          new Outcome.Done(
              done.lines().stream().map(line -> line.replaceFirst("^.*refs/heads/", "")).toList());
      case Outcome.Failed failed -> failed;
    };
  }

  /** Pushes a branch, without force. */
  Outcome push(String repository, String branch) {
    if (!branch.matches("[A-Za-z0-9][A-Za-z0-9._/-]{0,199}") || branch.contains("..")) {
      return new Outcome.Failed("branch: letters, digits and . _ / - only");
    }
    return git(repository, "push", "origin", "refs/heads/" + branch + ":refs/heads/" + branch);
  }

  private Outcome git(String repository, String... arguments) {
    if (!repository.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
        || !Files.isDirectory(root.resolve(repository))) {
      return new Outcome.Failed("repository: there is none of this name");
    }
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    ProcessBuilder git =
        new ProcessBuilder(command)
            .directory(root.resolve(repository).toFile())
            .redirectErrorStream(true);
    git.environment().putAll(Map.of("GIT_TERMINAL_PROMPT", "0", "LC_ALL", "C"));
    try {
      Process process = git.start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readNBytes(MOST), UTF_8).strip();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Outcome.Failed("git took too long");
      }
      return process.exitValue() == 0
          ? new Outcome.Done(said.lines().toList())
          : new Outcome.Failed("git refused: " + said);
    } catch (IOException e) {
      return new Outcome.Failed("git cannot be run here");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome.Failed("the server is stopping");
    }
  }
}

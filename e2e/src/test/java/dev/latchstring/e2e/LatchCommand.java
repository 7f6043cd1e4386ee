package dev.latchstring.e2e;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line that starts {@code latch} from this build's classes, as the launcher does. */
final class LatchCommand {
  /** A JVM for a short life, whose stdout is the program's alone. */
  static final List<String> JAVA =
      List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-Xlog:disable",
          "-Xlog:all=warning:stderr",
          "--enable-native-access=ALL-UNNAMED");

  private LatchCommand() {}

  static List<String> of(String... arguments) {
    boolean serves = arguments[0].equals("serve");
    return java(
        serves ? ClassArchive.SERVE : ClassArchive.CONNECT, "dev.latchstring.cli.Latch", arguments);
  }

  /** The same for another program. */
  static List<String> java(ClassArchive archive, String main, String... arguments) {
    List<String> command = new ArrayList<>(JAVA);
    command.addAll(archive.options());
    command.addAll(List.of("-cp", ClassArchive.classPath(), main));
    command.addAll(List.of(arguments));
    return command;
  }
}

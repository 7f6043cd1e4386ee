package dev.latchstring.e2e;

import dev.latchstring.testing.SourceTree;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * The classes of a program as the JVM laid them out in a training run, which is half of what a
 * process costs that lives for a second. Made aside when the program is first started; until it is
 * there, and where it cannot be made, processes start without.
 */
public final class ClassArchive {
  /** Of {@code latch connect} and whatever else is a client. */
  static final ClassArchive CONNECT =
      new ClassArchive("connect", "", "dev.latchstring.cli.connect.ConnectTraining");

  /** Of {@code latch serve}. */
  static final ClassArchive SERVE =
      new ClassArchive("serve", "", "dev.latchstring.cli.serve.ServeTraining", folder("training"));

  /** Of a stdio server with the login kit. */
  static final ClassArchive KIT =
      new ClassArchive(
          "kit",
          """
          {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
          "capabilities":{"elicitation":{"form":{},"url":{}}},\
          "clientInfo":{"name":"training","version":"1"}}}
          {"jsonrpc":"2.0","method":"notifications/initialized"}
          {"jsonrpc":"2.0","id":2,"method":"tools/list"}
          {"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"about","arguments":{}}}
          """,
          "dev.latchstring.examples.github.GithubServer",
          "http://localhost:9");

  private final String name;
  private final String input;
  private final List<String> program;
  private boolean begun;
  private volatile boolean ready;

  /** One that is trained by a process that the test starts anyway. */
  public ClassArchive(String name) {
    this(name, "");
  }

  private ClassArchive(String name, String input, String... program) {
    this.name = name;
    this.input = input;
    this.program = List.of(program);
  }

  /** The class path of this JVM, in jars alone: archives take no folders. */
  public static String classPath() {
    return ClassPath.JARS;
  }

  /** Options for the next process. */
  public synchronized List<String> options() {
    if (ready) {
      return List.of("-XX:SharedArchiveFile=" + file("jsa"));
    }
    if (begun) {
      return List.of();
    }
    begun = true;
    if (program.isEmpty()) {
      return training();
    }
    Thread.ofVirtual().name("training-" + name).start(this::train);
    return List.of();
  }

  private List<String> training() {
    return List.of("-XX:ArchiveClassesAtExit=" + file("new"));
  }

  /** Takes what the process with these options has left, if it trained; it has ended. */
  public synchronized void ended(List<String> options) throws IOException {
    if (options.equals(training()) && Files.exists(file("new"))) {
      Files.move(file("new"), file("jsa"), StandardCopyOption.ATOMIC_MOVE);
      ready = true;
    }
  }

  private void train() {
    try {
      List<String> command = new ArrayList<>(LatchCommand.JAVA);
      command.addAll(training());
      command.addAll(List.of("-cp", classPath()));
      command.addAll(program);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(Files.writeString(file("input"), input).toFile())
              .redirectOutput(file("log").toFile());
      builder.environment().put("LATCH_HOME", folder(name + "-home"));
      Process process = builder.start();
      Thread end = new Thread(process::destroyForcibly);
      Runtime.getRuntime().addShutdownHook(end);
      if (process.waitFor(2, TimeUnit.MINUTES)) {
        ended(training());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Path file(String suffix) {
    return ClassPath.FOLDER.resolve(name + "." + suffix);
  }

  private static String folder(String name) {
    try {
      return Files.createDirectories(ClassPath.FOLDER.resolve(name)).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class ClassPath {
    static final Path FOLDER = folder();
    static final String JARS = jars();

    private ClassPath() {}

    private static Path folder() {
      try {
        Path target = Files.createDirectories(SourceTree.root().resolve("e2e/target"));
        Path folder = Files.createTempDirectory(target, "class-archives");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
        return folder;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void delete(Path folder) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      } catch (IOException e) {
        // What is left is in target, which clean removes.
      }
    }

    private static String jars() {
      String path =
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
      List<String> jars = new ArrayList<>();
      for (String entry : path.split(File.pathSeparator)) {
        Path place = Path.of(entry);
        jars.add(Files.isDirectory(place) ? jar(place, jars.size() + ".jar").toString() : entry);
      }
      return String.join(File.pathSeparator, jars);
    }

    private static Path jar(Path folder, String name) {
      Path jar = FOLDER.resolve(name);
      try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
          Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String entry = folder.relativize(file).toString().replace(File.separatorChar, '/');
          out.putNextEntry(new ZipEntry(entry));
          Files.copy(file, out);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return jar;
    }
  }
}

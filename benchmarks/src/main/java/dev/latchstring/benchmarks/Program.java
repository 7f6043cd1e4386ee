package dev.latchstring.benchmarks;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An authorization server that can be started with the client that {@link Request} is of. */
interface Program {
  String name();

  /**
   * @param directory an empty directory of its own
   */
  List<String> command(Path directory, int port) throws IOException;

  /** Starts it, and waits for its first token. */
  default Running start() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("latchstring-benchmark-");
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<String> command = command(directory, port);
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile())
            .start();
    Request request = new Request(port);
    while (!request.succeeds()) {
      boolean late = System.nanoTime() - start > 60_000_000_000L;
      if (late || !process.isAlive()) {
        process.destroy();
        throw new IllegalStateException(
            name() + " gives no token: " + Files.readString(directory.resolve("err")));
      }
      Thread.sleep(2);
    }
    return new Running(process, directory, port, (System.nanoTime() - start) / 1e6);
  }

  /**
   * One in a process of its own.
   *
   * @param toFirstToken from its start, in milliseconds
   */
  record Running(Process process, Path directory, int port, double toFirstToken)
      implements AutoCloseable {
    @Override
    public void close() {
      process.destroy();
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

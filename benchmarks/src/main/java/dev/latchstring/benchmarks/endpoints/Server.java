package dev.latchstring.benchmarks.endpoints;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A contestant that runs, in a process of its own. */
record Server(Contestant contestant, Process process, Path directory, URI base, Wrk wrk)
    implements AutoCloseable {
  private static final Duration LONGEST_START = Duration.ofMinutes(5);

  /** Starts it and waits until it answers. */
  static Server start(Contestant contestant, int connections)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("latchstring-benchmark-");
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    URI base = URI.create("http://localhost:" + port);
    ProcessBuilder builder =
        new ProcessBuilder(contestant.command(directory, port))
            .redirectOutput(directory.resolve("out").toFile())
            .redirectError(directory.resolve("err").toFile());
    builder.environment().putAll(contestant.environment());
    Path traffic = Files.createDirectory(directory.resolve("traffic"));
    Server server =
        new Server(
            contestant, builder.start(), directory, base, new Wrk(traffic, base, connections));
    try {
      server.await();
      contestant.prepare(server);
      return server;
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private void await() throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() - start > LONGEST_START.toNanos()) {
        throw new IOException(
            contestant.name()
                + " does not start: "
                + Files.readString(directory.resolve("out"))
                + Files.readString(directory.resolve("err")));
      }
      Thread.sleep(100);
    }
  }

  private boolean answers() throws InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(base.resolve(contestant.paths().metadata()))
              .timeout(Duration.ofSeconds(5))
              .build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** What it has used of the processor so far, its children included. */
  Duration processorTime() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .map(handle -> handle.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        process.waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

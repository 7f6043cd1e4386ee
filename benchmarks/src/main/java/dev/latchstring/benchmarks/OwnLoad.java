package dev.latchstring.benchmarks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/** Where there is no wrk: a thread per connection. It takes more of the machine than wrk does. */
final class OwnLoad implements Load {
  private record Timed(long[] nanos, long errors) {}

  @Override
  public String name() {
    return "own generator";
  }

  @Override
  public Result run(int port, int connections, int seconds)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      List<Future<Timed>> running = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        running.add(threads.submit(() -> connection(port, end)));
      }
      LongStream all = LongStream.empty();
      long errors = 0;
      for (Future<Timed> future : running) {
        Timed measured = future.get();
        all = LongStream.concat(all, Arrays.stream(measured.nanos()));
        errors += measured.errors();
      }
      long[] sorted = all.sorted().toArray();
      return new Result(
          (double) sorted.length / seconds,
          sorted[sorted.length / 2] / 1e6,
          sorted[sorted.length * 99 / 100] / 1e6,
          errors);
    } catch (ExecutionException e) {
      throw new IOException("a connection failed", e.getCause());
    }
  }

  private static Timed connection(int port, long end) throws IOException {
    Request request = new Request(port);
    byte[] bytes = request.bytes();
    long[] nanos = new long[1 << 16];
    int count = 0;
    long errors = 0;
    try (Socket socket = request.connect()) {
      OutputStream out = socket.getOutputStream();
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (long now = System.nanoTime(); now < end; ) {
        out.write(bytes);
        if (Request.readAnswer(in) != 200) {
          errors++;
        }
        long after = System.nanoTime();
        if (count == nanos.length) {
          nanos = Arrays.copyOf(nanos, count * 2);
        }
        nanos[count++] = after - now;
        now = after;
      }
    }
    return new Timed(Arrays.copyOf(nanos, count), errors);
  }
}

package dev.latchstring.mcpclient;

import java.util.concurrent.Callable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What may wait for a person or the network: on a virtual thread each, for the SDK's own threads
 * are few, and fifty calls may wait for one login.
 */
final class Waiting {
  private static final Scheduler THREADS =
      Schedulers.fromExecutor(task -> Thread.ofVirtual().name("latchstring-mcp").start(task));

  private Waiting() {}

  static <T> Mono<T> mono(Callable<T> work) {
    return Mono.fromCallable(work).subscribeOn(THREADS);
  }
}

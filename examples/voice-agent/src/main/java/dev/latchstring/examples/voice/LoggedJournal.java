package dev.latchstring.examples.voice;

import dev.latchstring.examples.voice.call.Journal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the journal to the log. It is told nothing that must not be there. */
final class LoggedJournal implements Journal {
  private static final Logger LOG = LoggerFactory.getLogger("voice-agent");

  @Override
  public void agent(String callId, String text) {
    LOG.info("{} agent: {}", callId, text);
  }

  @Override
  public void caller(String callId, String what) {
    LOG.info("{} caller: {}", callId, what);
  }

  @Override
  public void event(String callId, String what) {
    LOG.info("{} {}", callId, what);
  }
}

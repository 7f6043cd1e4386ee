package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.challenge.people.Person;
import java.util.List;

/** What becomes of an answer. */
public sealed interface Verdict {
  /** It says who the person is, or is said to be. */
  record Identified(Person person) implements Verdict {}

  /**
   * It proves that the person is who they said.
   *
   * @param amr RFC 8176: how
   */
  record Proven(List<String> amr) implements Verdict {
    public Proven {
      amr = List.copyOf(amr);
    }
  }

  /** It is wrong. */
  record Wrong() implements Verdict {}

  /** What was said is no answer: no date, or too few digits. */
  record NotUnderstood() implements Verdict {}

  /** There is no answer as yet: the person decides somewhere else. */
  record Pending() implements Verdict {}

  /** The person refused. */
  record Denied() implements Verdict {}

  /**
   * It does not fit {@code requestedSchema}.
   *
   * @param why for the developer of the client, without the answer
   */
  record Malformed(String why) implements Verdict {}
}

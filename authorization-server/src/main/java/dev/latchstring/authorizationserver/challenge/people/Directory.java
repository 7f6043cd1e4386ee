package dev.latchstring.authorizationserver.challenge.people;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Another database or service of the operator's. Every question may throw {@code
 * temporarily_unavailable}.
 */
interface Directory extends AutoCloseable {
  /** The most candidates that are looked at; more are nobody. */
  int MOST = 200;

  /** Whether it can be asked for people by these attributes. */
  boolean identifiesBy(Set<String> attributes);

  /** Which of the attributes it compares itself, when it is asked for people by them. */
  Set<String> compares(Set<String> attributes);

  /** Those who may be meant; more than {@link #MOST} where there are too many. */
  List<Candidate> candidates(Map<String, String> answers);

  Optional<Candidate> byId(String id);

  /** An id of nobody, of the type that ids are of here. */
  String decoyId(byte[] seed);

  /** Whether it compares what is asked of a person later. */
  boolean comparesKnowledge();

  /** Whether the answer is right, where {@link #comparesKnowledge}. */
  boolean knows(String id, String attribute, String answer);

  @Override
  void close();
}

package dev.latchstring.authorizationserver.challenge.people;

import dev.latchstring.authorizationserver.delivery.Channel;
import java.util.Optional;

/**
 * A person, or a decoy that behaves as one. Only {@link #subject()} tells them apart, and it is
 * read once everything was proven.
 *
 * <p>What it was found by is not asked of it again: a person is read at each request, by {@link
 * PeopleSource#find}.
 */
public interface Person {
  /**
   * What {@link PeopleSource#find} finds the person by again, and what attempts are counted by:
   * opaque, the same whenever the same answers name somebody, and as long for decoys as for people.
   */
  String key();

  /** {@code sub}; nothing for a decoy. */
  Optional<String> subject();

  /**
   * Whether the answer is what is on file. It takes as long for a decoy, and for an attribute that
   * is not on file, for which it is false.
   *
   * @param answer in the attribute's normal form
   */
  boolean knows(String attribute, String answer);

  /**
   * What a password is checked against: a PHC string. Where there is no password, one that nothing
   * matches and that takes as long to check as others here.
   */
  String passwordHash();

  /** What a PIN is checked against, as {@link #passwordHash()}. */
  String pinHash();

  /**
   * Where a code goes. Nothing for a decoy, and for a person of whom none is on file: what is shown
   * of a destination is then made of {@link #decoySeed()}, and nothing is sent.
   */
  Optional<String> address(Channel channel);

  /** 32 bytes that follow from {@link #key()} and tell nothing about it. */
  byte[] decoySeed();
}

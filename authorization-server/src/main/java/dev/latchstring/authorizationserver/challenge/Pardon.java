package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.account.AttemptKey;
import dev.latchstring.authorizationserver.account.AttemptStore;
import dev.latchstring.authorizationserver.account.AttemptStore.Admission;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What a right answer makes up for: the wrong ones before it at the same step of the same person,
 * and some of the client's.
 *
 * <p>Of the client's it does so once, and then ever more rarely, for the same person: whoever has
 * one account must not buy guesses at everybody's with it.
 *
 * @param own what the answer itself was counted against
 * @param client null where nothing of a client's is made up for
 */
record Pardon(List<AttemptKey> own, @Nullable AttemptKey client) {
  static final Pardon NONE = new Pardon(List.of(), null);

  Pardon {
    own = List.copyOf(own);
  }

  static Pardon of(List<AttemptKey> own, AttemptKey client) {
    return new Pardon(own, client);
  }

  void grant(Handle transaction, AttemptStore attempts) {
    attempts.succeeded(transaction, own);
    if (client != null && isAdmitted(transaction, attempts)) {
      attempts.succeeded(transaction, List.of(client));
    }
  }

  private boolean isAdmitted(Handle transaction, AttemptStore attempts) {
    List<AttemptKey> credits =
        own.stream()
            .filter(key -> key.kind() == AttemptKey.Kind.CHALLENGE_PERSON)
            .map(key -> new AttemptKey(AttemptKey.Kind.CHALLENGE_CREDIT, key.value()))
            .toList();
    return !credits.isEmpty() && attempts.admit(transaction, credits) instanceof Admission.Admitted;
  }
}

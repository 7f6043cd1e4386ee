package dev.latchstring.authorizationserver.challenge;

import dev.latchstring.authorizationserver.authorize.AuthorizationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What an {@code auth_session} stands for: who somebody is, what they proved, and what is asked of
 * them now. It never changes; the methods give the next state of it.
 *
 * <p>Times are milliseconds since 1970. It is kept as JSON: a member can be added, and none that is
 * there can change its meaning.
 *
 * @param request what the client asked for; null once it got its code
 * @param limited whether the client did not prove that it is itself, and gets only the steps that a
 *     thief of its name could not answer
 * @param notBefore what was proven before does not count for the request
 * @param person {@code Person.key()}; null as long as nobody was identified
 * @param proofs what was proven, in that order
 * @param turn what is asked now; null where nothing is
 * @param locales {@code ui_locales}
 * @param wrong how many answers were wrong, in all requests of the session
 * @param unread how many could not be read
 * @param malformed how many requests were malformed
 * @param sent how often something was asked for anew
 */
record Login(
    @Nullable AuthorizationRequest request,
    boolean limited,
    long notBefore,
    @Nullable String person,
    List<Proof> proofs,
    @Nullable Turn turn,
    @Nullable String locales,
    int wrong,
    int unread,
    int malformed,
    int sent) {

  /** Nothing as yet. */
  static final Login NEW = new Login(null, false, 0, null, List.of(), null, null, 0, 0, 0, 0);

  Login {
    proofs = List.copyOf(proofs);
  }

  /**
   * Something that was proven.
   *
   * @param step the step's identifier
   * @param amr RFC 8176
   */
  record Proof(String step, String kind, List<String> amr, long at) {
    Proof {
      amr = List.copyOf(amr);
    }
  }

  /**
   * The step that is asked now.
   *
   * @param kept what the step remembers
   * @param reason why it is asked again
   */
  record Turn(String step, @Nullable JsonNode kept, @Nullable Reason reason) {
    Turn because(Reason why) {
      return new Turn(step, kept, why);
    }

    /** Without what is remembered. */
    @Override
    public String toString() {
      return "Turn[" + step + "]";
    }
  }

  /** Somebody whom the server knows from before, who has to prove it again. */
  static Login of(String person) {
    return new Login(null, false, 0, person, List.of(), null, null, 0, 0, 0, 0);
  }

  /** The same, with nothing proven: OpenID Connect Core §3.1.2.1, {@code prompt=login}. */
  Login forgotten() {
    return new Login(
        request, limited, notBefore, person, List.of(), null, locales, wrong, unread, malformed,
        sent);
  }

  Login begun(AuthorizationRequest asked, boolean isLimited, long since, @Nullable String spoken) {
    return new Login(
        asked, isLimited, since, person, proofs, null, spoken, wrong, unread, malformed, sent);
  }

  Login identified(@Nullable String key) {
    return new Login(
        request, limited, notBefore, key, proofs, null, locales, wrong, unread, malformed, sent);
  }

  Login proven(Proof proof) {
    List<Proof> all = new ArrayList<>(proofs);
    all.removeIf(before -> before.step().equals(proof.step()));
    all.add(proof);
    return new Login(
        request, limited, notBefore, person, all, null, locales, wrong, unread, malformed, sent);
  }

  Login asked(@Nullable Turn next) {
    return new Login(
        request, limited, notBefore, person, proofs, next, locales, wrong, unread, malformed, sent);
  }

  Login finished() {
    return new Login(null, false, 0, person, proofs, null, null, 0, 0, 0, 0);
  }

  Login counting(int moreWrong, int moreUnread, int moreMalformed, int moreSent) {
    return new Login(
        request,
        limited,
        notBefore,
        person,
        proofs,
        turn,
        locales,
        wrong + moreWrong,
        unread + moreUnread,
        malformed + moreMalformed,
        sent + moreSent);
  }

  private @Nullable String acr() {
    return request == null ? null : request.acr();
  }

  /** Whether it is as far as another: the same is asked, of the same person, after the same. */
  boolean isWhere(Login other) {
    return Objects.equals(acr(), other.acr())
        && Objects.equals(person, other.person)
        && proofs.equals(other.proofs)
        && Objects.equals(turn, other.turn);
  }

  /** Nothing of it: what a step remembers may tell about the person. */
  @Override
  public String toString() {
    return "Login";
  }
}

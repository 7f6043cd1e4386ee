package dev.latchstring.authorizationserver.approval;

import dev.latchstring.authorizationserver.consent.AccessDescription;
import dev.latchstring.authorizationserver.consent.ClientDescription;
import dev.latchstring.authorizationserver.consent.Permission;
import dev.latchstring.authorizationserver.page.ClientNetwork;
import dev.latchstring.authorizationserver.page.Waiting;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** Puts a question into words for the person who answers it: who asks, from where, for what. */
public final class ApprovalDescription {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm 'UTC'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private final AccessDescription access;
  private final Clock clock;

  public ApprovalDescription(AccessDescription access, Clock clock) {
    this.access = access;
    this.clock = clock;
  }

  /**
   * A question in words.
   *
   * @param client who asks
   * @param address from where
   * @param time when, for people
   * @param timeMachine when, in ISO 8601
   * @param ago how long ago, in words
   * @param left how much longer it waits, in words
   * @param expires when it is over, in ISO 8601
   */
  public record Words(
      ClientDescription client,
      String address,
      String time,
      String timeMachine,
      String ago,
      String left,
      String expires,
      String resourceName,
      String resource,
      List<Permission> permissions) {}

  Words of(WaitingApproval approval) {
    ApprovalRequest request = approval.request();
    Instant now = clock.instant();
    return new Words(
        access.client(request.clientId()),
        ClientNetwork.bare(request.requestedFrom()),
        TIME.format(approval.createdAt()),
        machine(approval.createdAt()),
        Waiting.ago(Duration.between(approval.createdAt(), now)),
        Waiting.words(Duration.between(now, approval.expiresAt())),
        machine(approval.expiresAt()),
        access.resourceName(request.resource()),
        access.resource(request.resource()),
        access.permissions(request.resource(), request.scope(), List.of()));
  }

  static String machine(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}

package dev.latchstring.authorizationserver.approval;

import dev.latchstring.authorizationserver.page.Frame;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code approvals.jte} shows.
 *
 * @param notice what was done a moment ago; null for nothing
 * @param error why nothing was done; null where the reason stands at an entry, or there is none
 */
public record ApprovalsView(
    Frame frame,
    String person,
    @Nullable String notice,
    @Nullable String error,
    List<Entry> entries) {

  /**
   * One question.
   *
   * @param handle what a form sends back
   * @param error what was wrong with the number; null for nothing
   */
  public record Entry(String handle, ApprovalDescription.Words words, @Nullable String error) {}
}

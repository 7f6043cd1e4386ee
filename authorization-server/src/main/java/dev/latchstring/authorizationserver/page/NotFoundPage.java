package dev.latchstring.authorizationserver.page;

/** Every address that is nobody else's. */
public final class NotFoundPage implements Page {
  @Override
  public PageAnswer get(PageRequest request) {
    throw PageProblem.NOT_FOUND.exception();
  }

  @Override
  public PageAnswer post(PageRequest request) {
    throw PageProblem.NOT_FOUND.exception();
  }
}

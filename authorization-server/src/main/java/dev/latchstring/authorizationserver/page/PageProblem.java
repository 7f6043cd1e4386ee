package dev.latchstring.authorizationserver.page;

/** What can be wrong with a request for any page, in the words a person is told. */
public enum PageProblem {
  BAD_REQUEST(
      400,
      "This address or form isn’t right",
      "It has something in it that we can’t read. Go back to the start and try again."),
  FROM_ELSEWHERE(
      403,
      "This form came from another site",
      "For your safety nothing was done. If you meant to do this, start again here."),
  NO_COOKIE(
      403,
      "Your browser sent no cookie",
      "This page needs one cookie to keep you safe. Allow cookies for this site, then start"
          + " again."),
  STALE_FORM(
      403,
      "This page is out of date",
      "You have signed in or out since it was opened, or it was open for too long. Nothing was"
          + " done. Start again."),
  NOT_FOUND(404, "There is nothing here", "Check the address, or go back to the start."),
  METHOD_NOT_ALLOWED(
      405, "This page doesn’t work like that", "Go back to the start and use the form there."),
  TOO_LARGE(413, "That is too much", "The form was larger than any of ours. Nothing was done."),
  WRONG_CONTENT_TYPE(
      415, "This page takes forms only", "Go back to the start and use the form there."),
  SERVER_ERROR(
      500,
      "Something went wrong on our side",
      "Nothing is lost. Wait a moment, then try again. If it keeps happening, tell whoever runs"
          + " this server."),
  UNAVAILABLE(503, "We’re too busy right now", "Nothing was done. Wait a moment, then try again.");

  private final int status;
  private final String heading;
  private final String advice;

  PageProblem(int status, String heading, String advice) {
    this.status = status;
    this.heading = heading;
    this.advice = advice;
  }

  public int status() {
    return status;
  }

  String heading() {
    return heading;
  }

  String advice() {
    return advice;
  }

  /** The problem as it is thrown. */
  public RuntimeException exception() {
    return new Found(this);
  }

  /** Ends a request with a problem's page; an ordinary outcome, so it costs no stack trace. */
  static final class Found extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final PageProblem problem;

    private Found(PageProblem problem) {
      super(problem.name(), null, false, false);
      this.problem = problem;
    }

    PageProblem problem() {
      return problem;
    }
  }
}

package dev.latchstring.authorizationserver.http;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses a path with parameters, such as {@code /register;x}, with 400: servlets are found without
 * them, so what stands in front and keeps a path from strangers would not recognise it.
 */
final class PlainPaths extends Handler.Wrapper {
  PlainPaths(Handler handler) {
    super(handler);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = request.getHttpURI().getPath();
    if (path != null && path.indexOf(';') >= 0) {
      Response.writeError(request, response, callback, 400, "a path has no parameters here");
      return true;
    }
    return super.handle(request, response, callback);
  }
}

package dev.latchstring.mcpserver.tools;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a tool requires, written where the tool is: at the method that does its work, or at a class
 * that is one tool. {@link ToolAuthorizer.Builder#annotated} reads it once, at the start.
 *
 * <pre>{@code
 * @Requires(teams = "platform")
 * final class GitTools {
 *   @Requires(tool = "git_push", scopes = "repo:write")
 *   CallToolResult push(Caller caller, CallToolRequest request) { … }
 * }
 * }</pre>
 *
 * <p>At a class that names no tool it is what each annotated method of the class requires as well.
 * An annotation that says nothing is an error: {@code anyCaller = true} says that a login is
 * enough.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Requires {
  /** The tool's name; at a method that names none, the method's. */
  String tool() default "";

  /** Every one of these scopes. */
  String[] scopes() default {};

  /** A member of one of these teams. */
  String[] teams() default {};

  /** RFC 9470 §3. Authenticated in one of these classes, the preferred first. */
  String[] acr() default {};

  /** RFC 9470 §3. Authenticated no longer ago than so many seconds; -1 where it does not matter. */
  long maxAge() default -1;

  /** By which of the server's logins. */
  String provider() default "";

  /** A valid token or login is enough. Nothing else may be named beside it. */
  boolean anyCaller() default false;

  /** Nobody may call it. Nothing else may be named beside it. */
  boolean nobody() default false;
}

package dev.latchstring.mcpserver.tools;

import dev.latchstring.oauth.OAuthException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Reads {@link Requires} from a class. */
final class RequiresReader {
  private RequiresReader() {}

  /**
   * What the class and its methods declare, by tool.
   *
   * @throws IllegalArgumentException where that cannot be meant, naming class and method
   */
  static SequencedMap<String, Requirement> read(Class<?> type) {
    SequencedMap<String, Requirement> tools = new LinkedHashMap<>();
    Requires ofClass = type.getAnnotation(Requires.class);
    String className = type.getName();
    Requirement common = ofClass == null ? null : requirement(ofClass, className);
    boolean isTool = ofClass != null && !ofClass.tool().isEmpty();
    if (isTool && common != null) {
      tools.put(ofClass.tool(), common);
    }
    List<Method> methods =
        Arrays.stream(type.getDeclaredMethods())
            .filter(method -> !method.isSynthetic() && method.isAnnotationPresent(Requires.class))
            .sorted(Comparator.comparing(Method::toString))
            .toList();
    for (Method method : methods) {
      String where = className + "." + method.getName();
      Requires annotation = method.getAnnotation(Requires.class);
      String tool = annotation.tool().isEmpty() ? method.getName() : annotation.tool();
      Requirement own = requirement(annotation, where);
      Requirement whole = isTool || common == null ? own : together(common, own, where);
      if (tools.putIfAbsent(tool, whole) != null) {
        throw refuse(where, "declares the tool " + tool + ", which is declared there already");
      }
    }
    if (tools.isEmpty()) {
      throw refuse(className, "declares no tool: no method of it has @Requires");
    }
    return tools;
  }

  private static Requirement together(Requirement common, Requirement own, String where) {
    String contradiction = common.contradiction(own);
    if (contradiction != null) {
      throw refuse(where, "contradicts @Requires of its class: " + contradiction);
    }
    return common.and(own);
  }

  private static Requirement requirement(Requires annotation, String where) {
    boolean names =
        annotation.scopes().length > 0
            || annotation.teams().length > 0
            || annotation.acr().length > 0
            || annotation.maxAge() != -1
            || !annotation.provider().isEmpty();
    if (annotation.nobody() || annotation.anyCaller()) {
      if (names || (annotation.nobody() && annotation.anyCaller())) {
        throw refuse(where, "names more beside " + (annotation.nobody() ? "nobody" : "anyCaller"));
      }
      return annotation.nobody() ? Requirement.nobody() : Requirement.anyCaller();
    }
    if (!names) {
      throw refuse(where, "says nothing; write anyCaller = true if a login is enough");
    }
    try {
      Requirement requirement = Requirement.scopes(annotation.scopes());
      if (annotation.teams().length > 0) {
        requirement = requirement.teams(annotation.teams());
      }
      if (annotation.acr().length > 0) {
        requirement = requirement.acr(annotation.acr());
      }
      if (annotation.maxAge() != -1) {
        requirement = requirement.maxAge(Duration.ofSeconds(annotation.maxAge()));
      }
      return annotation.provider().isEmpty()
          ? requirement
          : requirement.provider(annotation.provider());
    } catch (OAuthException e) {
      throw refuse(where, "cannot be used: " + e.description());
    } catch (IllegalArgumentException e) {
      throw refuse(where, "cannot be used: " + e.getMessage());
    }
  }

  private static IllegalArgumentException refuse(String where, @Nullable String why) {
    return new IllegalArgumentException("@Requires at " + where + " " + why);
  }
}

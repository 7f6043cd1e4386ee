package dev.latchstring.authorizationserver.page;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;

/**
 * The templates of {@code src/main/jte}, compiled with the module.
 *
 * <p>JTE escapes every value for the place it stands in (text, attribute), and the build fails on
 * markup it cannot follow.
 */
final class Templates {
  private final TemplateEngine engine;

  Templates() {
    engine =
        TemplateEngine.createPrecompiled(
            null,
            ContentType.Html,
            Templates.class.getClassLoader(),
            Templates.class.getPackageName() + ".template");
    engine.setTrimControlStructures(true);
  }

  String render(String template, Object view) {
    StringOutput out = new StringOutput(8 * 1024);
    engine.render(template, view, out);
    return out.toString();
  }
}

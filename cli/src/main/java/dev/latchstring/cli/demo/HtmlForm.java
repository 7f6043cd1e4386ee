package dev.latchstring.cli.demo;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A form as a browser sees it: where it goes, its fields with their values, its buttons.
 *
 * @param fields by name, with the value a browser would send if nobody typed
 * @param passwords the names of the fields that hide what is typed
 */
record HtmlForm(
    URI action, SequencedMap<String, String> fields, List<String> passwords, List<Button> buttons) {

  /** A submit button; name and value are null where it adds nothing to the form. */
  record Button(@Nullable String name, @Nullable String value, String label) {}

  private static final Pattern FORM =
      Pattern.compile("<form\\b([^>]*)>(.*?)</form>", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
  private static final Pattern CONTROL =
      Pattern.compile(
          "<input\\b([^>]*)>|<button\\b([^>]*)>(.*?)</button>",
          Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
  private static final Pattern ATTRIBUTE =
      Pattern.compile("([A-Za-z_:][-A-Za-z0-9_:.]*)(?:\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)'))?");

  /** The form of the page's main part, or null where there is none. */
  static @Nullable HtmlForm ofMain(URI page, String html) {
    int start = Math.max(0, html.indexOf("<main"));
    int end = html.indexOf("</main>", start);
    Matcher form = FORM.matcher(html.substring(start, end < 0 ? html.length() : end));
    if (!form.find()) {
      return null;
    }
    String action = attributes(form.group(1)).getOrDefault("action", "");
    SequencedMap<String, String> fields = new LinkedHashMap<>();
    List<String> passwords = new ArrayList<>();
    List<Button> buttons = new ArrayList<>();
    Matcher control = CONTROL.matcher(form.group(2));
    while (control.find()) {
      if (control.group(1) != null) {
        addField(attributes(control.group(1)), fields, passwords);
      } else {
        Map<String, String> button = attributes(control.group(2));
        buttons.add(
            new Button(button.get("name"), button.get("value"), HtmlText.of(control.group(3))));
      }
    }
    return new HtmlForm(page.resolve(action), fields, passwords, buttons);
  }

  private static void addField(
      Map<String, String> input, Map<String, String> fields, List<String> passwords) {
    String name = input.get("name");
    if (name == null) {
      return;
    }
    fields.put(name, input.getOrDefault("value", ""));
    if ("password".equals(input.get("type"))) {
      passwords.add(name);
    }
  }

  private static Map<String, String> attributes(String text) {
    Map<String, String> attributes = new LinkedHashMap<>();
    Matcher attribute = ATTRIBUTE.matcher(text);
    while (attribute.find()) {
      String value = attribute.group(2) == null ? attribute.group(3) : attribute.group(2);
      attributes.put(attribute.group(1), HtmlText.unescape(value == null ? "" : value));
    }
    return attributes;
  }

  /** The fields may hold a password. */
  @Override
  public String toString() {
    return "HtmlForm[action=" + action + ", fields=" + fields.keySet() + "]";
  }
}

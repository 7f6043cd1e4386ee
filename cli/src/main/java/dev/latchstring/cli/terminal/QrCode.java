package dev.latchstring.cli.terminal;

/**
 * Draws a QR code (ISO/IEC 18004) with characters.
 *
 * <p>Two modules share one character cell by half blocks; a quiet zone of four modules surrounds
 * it. With colours it is black on white whatever the terminal's own are. Without, light modules are
 * drawn and dark ones left, which is right on the usual dark background; readers accept the inverse
 * too. Without block characters a module is two columns of ASCII, drawn where it is dark.
 */
public final class QrCode {
  /** The modules of light that the standard wants around the code. */
  static final int QUIET_ZONE = 4;

  private static final String BLACK_ON_WHITE = "\u001b[30;107m";
  private static final String RESET = "\u001b[0m";

  private final io.nayuki.qrcodegen.QrCode code;

  private QrCode(io.nayuki.qrcodegen.QrCode code) {
    this.code = code;
  }

  /**
   * Encodes an address.
   *
   * @throws IllegalArgumentException where it does not fit into a code that a terminal can show:
   *     more than 500 characters
   */
  public static QrCode of(String text) {
    if (text.length() > 500) {
      throw new IllegalArgumentException("an address of " + text.length() + " characters");
    }
    return new QrCode(
        io.nayuki.qrcodegen.QrCode.encodeText(text, io.nayuki.qrcodegen.QrCode.Ecc.LOW));
  }

  /** The lines, each with its line break, for a stream as the terminal's errors or output are. */
  public String draw(Terminal terminal, boolean isTerminal) {
    if (!terminal.unicode()) {
      return ascii();
    }
    return blocks(isTerminal && terminal.colours());
  }

  private String blocks(boolean coloured) {
    StringBuilder out = new StringBuilder();
    int end = code.size + QUIET_ZONE;
    for (int y = -QUIET_ZONE; y < end; y += 2) {
      out.append(coloured ? BLACK_ON_WHITE : "");
      for (int x = -QUIET_ZONE; x < end; x++) {
        boolean upper = code.getModule(x, y) == coloured;
        // Below the last row there is nothing to draw without colours, and white with them.
        boolean lower = y + 1 < end ? code.getModule(x, y + 1) == coloured : !coloured && upper;
        out.append(upper ? (lower ? '\u2588' : '\u2580') : (lower ? '\u2584' : ' '));
      }
      out.append(coloured ? RESET : "").append(System.lineSeparator());
    }
    return out.toString();
  }

  private String ascii() {
    StringBuilder out = new StringBuilder();
    for (int y = -1; y <= code.size; y++) {
      StringBuilder line = new StringBuilder();
      for (int x = -QUIET_ZONE; x < code.size; x++) {
        line.append(code.getModule(x, y) ? "##" : "  ");
      }
      out.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return out.toString();
  }

  /** Whether a module is dark; outside the code it is not. */
  boolean isDark(int x, int y) {
    return code.getModule(x, y);
  }

  int size() {
    return code.size;
  }
}

package dev.latchstring.authorizationserver.credential;

import io.nayuki.qrcodegen.QrCode.Ecc;

/**
 * ISO/IEC 18004. A QR code as the path of an SVG, one unit to a module, with the quiet zone of four
 * modules around it.
 *
 * @param size the width and height of the picture
 * @param path its dark modules; the same runs on every row are not joined
 */
public record QrCode(int size, String path) {
  private static final int QUIET = 4;

  /**
   * @throws IllegalArgumentException where the text is longer than a code can hold
   */
  static QrCode of(String text) {
    io.nayuki.qrcodegen.QrCode code = io.nayuki.qrcodegen.QrCode.encodeText(text, Ecc.MEDIUM);
    StringBuilder path = new StringBuilder();
    for (int y = 0; y < code.size; y++) {
      for (int x = 0; x < code.size; x++) {
        int start = x;
        while (code.getModule(x, y)) {
          x++; // Outside of the code every module is light.
        }
        if (x > start) {
          path.append('M').append(start + QUIET).append(' ').append(y + QUIET);
          path.append('h').append(x - start).append("v1h-").append(x - start).append('z');
        }
      }
    }
    return new QrCode(code.size + 2 * QUIET, path.toString());
  }

  /** Without what it says: a secret. */
  @Override
  public String toString() {
    return "QrCode[" + size + "]";
  }
}

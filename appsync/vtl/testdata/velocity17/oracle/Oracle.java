import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.velocity.VelocityContext;
import org.apache.velocity.app.VelocityEngine;
import org.apache.velocity.exception.ParseErrorException;
import org.apache.velocity.runtime.RuntimeConstants;

/**
 * What Apache Velocity 1.7 makes of templates. A line of standard input is a
 * template, variables as a JSON object (both base64) and 1 if null may be assigned,
 * with tabs between; a line of standard output is O and what was rendered, P and a
 * parse error's message, or R and another failure.
 */
public final class Oracle {
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(System.out, true, "UTF-8");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] parts = line.split("\t", -1);
      VelocityContext context = new VelocityContext();
      for (Map.Entry<?, ?> e : ((Map<?, ?>) new Json(text(parts[1])).value()).entrySet()) {
        context.put((String) e.getKey(), e.getValue());
      }
      out.println(render(engine(parts[2].equals("1")), context, text(parts[0])));
    }
  }

  // An engine each: macros stay in the engine that met them.
  private static VelocityEngine engine(boolean nullAllowed) throws Exception {
    VelocityEngine engine = new VelocityEngine();
    engine.setProperty(RuntimeConstants.RUNTIME_LOG_LOGSYSTEM_CLASS, "org.apache.velocity.runtime.log.NullLogChute");
    if (nullAllowed) {
      engine.setProperty("directive.set.null.allowed", "true");
    }
    engine.init();
    return engine;
  }

  private static String render(VelocityEngine engine, VelocityContext context, String template) {
    try {
      StringWriter rendered = new StringWriter();
      engine.evaluate(context, rendered, "t", template);
      return "O\t" + base64(rendered.toString());
    } catch (ParseErrorException e) {
      return "P\t" + base64(String.valueOf(e.getMessage()));
    } catch (Throwable e) {
      return "R\t" + base64(String.valueOf(e));
    }
  }

  private static String text(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** JSON as AppSync's contexts hold it. The input is our own and well-formed. */
  private static final class Json {
    private final String s;
    private int i;

    Json(String s) {
      this.s = s;
    }

    Object value() {
      blanks();
      switch (s.charAt(i)) {
        case '{':
          return object();
        case '[':
          return list();
        case '"':
          return string();
        case 't':
          i += 4;
          return true;
        case 'f':
          i += 5;
          return false;
        case 'n':
          i += 4;
          return null;
        default:
          return number();
      }
    }

    private void blanks() {
      while (i < s.length() && Character.isWhitespace(s.charAt(i))) {
        i++;
      }
    }

    /** Skips an expected character, and tells whether it was there. */
    private boolean take(char c) {
      blanks();
      if (s.charAt(i) != c) {
        return false;
      }
      i++;
      return true;
    }

    private Map<Object, Object> object() {
      Map<Object, Object> map = new LinkedHashMap<>();
      take('{');
      while (!take('}')) {
        blanks();
        String key = string();
        take(':');
        map.put(key, value());
        take(',');
      }
      return map;
    }

    private List<Object> list() {
      List<Object> list = new ArrayList<>();
      take('[');
      while (!take(']')) {
        list.add(value());
        take(',');
      }
      return list;
    }

    private String string() {
      StringBuilder b = new StringBuilder();
      for (i++; s.charAt(i) != '"'; i++) {
        char c = s.charAt(i);
        if (c == '\\') {
          c = s.charAt(++i);
          switch (c) {
            case 'n':
              c = '\n';
              break;
            case 't':
              c = '\t';
              break;
            case 'r':
              c = '\r';
              break;
            case 'b':
              c = '\b';
              break;
            case 'f':
              c = '\f';
              break;
            case 'u':
              c = (char) Integer.parseInt(s.substring(i + 1, i + 5), 16);
              i += 4;
              break;
            default:
          }
        }
        b.append(c);
      }
      i++;
      return b.toString();
    }

    private Number number() {
      int start = i;
      while (i < s.length() && "+-0123456789.eE".indexOf(s.charAt(i)) >= 0) {
        i++;
      }
      String n = s.substring(start, i);
      if (n.matches(".*[.eE].*")) {
        return Double.valueOf(n);
      }
      try {
        return Integer.valueOf(n);
      } catch (NumberFormatException tooLong) {
        try {
          return Long.valueOf(n);
        } catch (NumberFormatException stillTooLong) {
          return new java.math.BigInteger(n);
        }
      }
    }
  }
}

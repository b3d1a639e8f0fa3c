// SPDX-License-Identifier: Apache-2.0
package io.nfl.compiler.trace;

import java.util.ArrayList;
import java.util.List;

/** Elements of an SVG document, as text. Looks are classes; the style sheet knows a light and a dark scheme. */
final class SvgText {
    private static final String STYLE = """
            <style>
            text { font: 11px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #1f2328; }
            text.head { font-size: 15px; font-weight: bold; }
            text.title { font-size: 12px; font-weight: bold; }
            text.faint { fill: #8c959f; }
            text.stage, text.note { fill: #6e7781; }
            text.place { fill: #0550ae; }
            text.good { fill: #116329; font-weight: bold; }
            text.bad { fill: #b3141d; font-weight: bold; }
            rect.page { fill: #ffffff; }
            rect.node { fill: #f6f8fa; stroke: #d0d7de; }
            rect.on { fill: #eef6ff; stroke: #0969da; stroke-width: 2; }
            rect.end { fill: #fff1f0; stroke: #cf222e; stroke-width: 2; }
            path { fill: none; stroke: #d0d7de; stroke-width: 2; }
            path.on { stroke: #0969da; stroke-width: 3; }
            path.rule { stroke-width: 1; }
            path.tip { fill: #d0d7de; stroke: none; }
            path.tip.on { fill: #0969da; }
            @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3; }
            text.faint { fill: #6e7681; }
            text.stage, text.note { fill: #9198a1; }
            text.place { fill: #79c0ff; }
            text.good { fill: #56d364; }
            text.bad { fill: #ff7b72; }
            rect.page { fill: #0d1117; }
            rect.node { fill: #151b23; stroke: #3d444d; }
            rect.on { fill: #0c2d6b55; stroke: #4493f8; }
            rect.end { fill: #67060c55; stroke: #f85149; }
            path { stroke: #3d444d; }
            path.on { stroke: #4493f8; }
            path.tip { fill: #3d444d; }
            path.tip.on { fill: #4493f8; }
            }
            </style>
            """;

    private final List<String> elements = new ArrayList<>();

    void text(final int x, final int y, final String look, final String anchor, final String text) {
        elements.add("<text x=\"%d\" y=\"%d\" class=\"%s\" text-anchor=\"%s\" xml:space=\"preserve\">%s</text>"
                .formatted(x, y, look, anchor, escaped(text)));
    }

    void text(final int x, final int y, final String look, final String text) {
        text(x, y, look, "start", text);
    }

    void box(final Box box, final String look) {
        elements.add("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\" class=\"%s\"/>"
                .formatted(box.x(), box.y(), box.width(), box.height(), look));
    }

    /** A line through points, {@code x,y} after {@code x,y}. */
    void line(final String look, final int... points) {
        final StringBuilder path = new StringBuilder();
        for (int i = 0; i < points.length; i += 2) {
            path.append(i == 0 ? "M" : "L").append(points[i]).append(' ').append(points[i + 1]);
        }
        elements.add("<path d=\"%s\" class=\"%s\"/>".formatted(path, look));
    }

    /** A line that ends in a tip, which points the way of its last stretch. */
    void arrow(final String look, final int... points) {
        final int n = points.length;
        final int x = points[n - 2];
        final int y = points[n - 1];
        final int dx = Integer.signum(x - points[n - 4]);
        final int dy = Integer.signum(y - points[n - 3]);
        final int[] shortened = points.clone();
        shortened[n - 2] -= 6 * dx;
        shortened[n - 1] -= 6 * dy;
        line(look, shortened);
        elements.add("<path d=\"M%d %dL%d %dL%d %dZ\" class=\"tip %s\"/>"
                .formatted(
                        x,
                        y,
                        x - 9 * dx - 5 * dy,
                        y - 9 * dy - 5 * dx,
                        x - 9 * dx + 5 * dy,
                        y - 9 * dy + 5 * dx,
                        look));
    }

    /** A place and a size, in pixels. */
    record Box(int x, int y, int width, int height) {
        int right() {
            return x + width;
        }

        int bottom() {
            return y + height;
        }

        int middle() {
            return x + width / 2;
        }
    }

    /** The whole document. @param title what a screen reader says */
    String document(final int width, final int height, final String title) {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img">
                <title>%s</title>
                """.formatted(width, height, width, height, escaped(title))
                + STYLE
                + "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n"
                + String.join("\n", elements)
                + "\n</svg>\n";
    }

    /** What XML 1.0 cannot hold is left out. */
    static String escaped(final String text) {
        final StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                default -> {
                    if (c >= ' ' && c != 0xFFFE && c != 0xFFFF && (c < 0xD800 || c > 0xDFFF)) {
                        escaped.appendCodePoint(c);
                    }
                }
            }
        });
        return escaped.toString();
    }
}

// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.trace;

import io.nfl.compiler.testing.PlayedEvent;
import io.nfl.compiler.trace.Palette;
import io.nfl.compiler.trace.TraceText;
import io.nfl.compiler.trace.WhyNot;
import java.util.List;
import java.util.Optional;

/** A trace for people. */
final class TraceReport {
    private static final int TABLE_WIDTH = 11;
    private static final int TEXT_WIDTH = 60;

    private TraceReport() {}

    static String render(final Conversation.Trace trace, final String whyNot, final boolean colours) {
        final Palette palette = Palette.of(colours);
        final TraceText text = new TraceText(trace.rules(), trace.sources(), palette);
        final StringBuilder out = new StringBuilder();
        for (final Conversation.Asked asked : trace.packets()) {
            if (trace.packets().size() > 1) {
                out.append(out.length() == 0 ? "" : "\n")
                        .append(palette.dim("# "))
                        .append(palette.bold(asked.words().strip()))
                        .append('\n');
            }
            final PlayedEvent event = asked.event();
            out.append(text.of(event.flows()));
            outside(event).ifPresent(what -> out.append(palette.bad(what)).append('\n'));
            if (!whyNot.isEmpty()) {
                out.append(palette.bold("why not " + whyNot)).append('\n');
                out.append(reasons(asked.whyNot(), palette));
            }
        }
        return out.toString();
    }

    private static String reasons(final List<WhyNot.Reason> reasons, final Palette palette) {
        if (reasons.isEmpty()) {
            return "  no rule that would have was asked in vain\n";
        }
        final int places =
                reasons.stream().mapToInt(each -> place(each).length()).max().orElse(0);
        final int texts =
                reasons.stream().mapToInt(each -> each.text().length()).max().orElse(0);
        final StringBuilder out = new StringBuilder();
        for (final WhyNot.Reason reason : reasons) {
            final String place = place(reason);
            out.append("    ")
                    .append(palette.dim(reason.table().label()))
                    .append(" ".repeat(TABLE_WIDTH - reason.table().label().length()))
                    .append(palette.place(place))
                    .append(" ".repeat(places + 2 - place.length()))
                    .append(reason.text())
                    .append(" "
                            .repeat(Math.max(
                                    2,
                                    Math.min(texts, TEXT_WIDTH)
                                            + 2
                                            - reason.text().length())))
                    .append(
                            reason.part().isEmpty()
                                    ? palette.dim("not asked: an earlier rule decided")
                                    : palette.bad("not `" + reason.part() + '`') + ": " + reason.had())
                    .append('\n');
        }
        return out.toString();
    }

    private static String place(final WhyNot.Reason reason) {
        return reason.rule().file() + ":" + reason.rule().line();
    }

    /** What became of a packet before or beside the hooks. */
    static Optional<String> outside(final PlayedEvent event) {
        if (event.early().isPresent()) {
            return Optional.of("dropped on arrival: " + event.early().get().text());
        }
        return event.errno() == 0
                ? Optional.empty()
                : Optional.of("not sent: the program's send fails with " + errno(event.errno()));
    }

    /** include/uapi/asm-generic/errno-base.h and errno.h: those that sending ends with. */
    static String errno(final int number) {
        return switch (number) {
            case 1 -> "EPERM";
            case 13 -> "EACCES";
            case 22 -> "EINVAL";
            case 90 -> "EMSGSIZE";
            case 99 -> "EADDRNOTAVAIL";
            case 100 -> "ENETDOWN";
            case 101 -> "ENETUNREACH";
            case 105 -> "ENOBUFS";
            case 113 -> "EHOSTUNREACH";
            default -> "errno " + number;
        };
    }
}

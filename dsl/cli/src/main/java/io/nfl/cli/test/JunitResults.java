// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.test;

import io.nfl.compiler.testing.TestRun;
import io.nfl.compiler.trace.Palette;
import io.nfl.compiler.trace.TraceText;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.TextReport;
import io.nfl.kernel.KernelAccess;
import io.nfl.kernel.KernelVerdict;
import io.nfl.kernel.VerdictText;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Results as JUnit's XML, as build servers read it. */
final class JunitResults {
    private static final double MILLISECONDS = 1_000;

    private JunitResults() {}

    static String render(final List<PolicyTests> all) {
        final StringWriter text = new StringWriter();
        try {
            final XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeStartElement("testsuites");
            for (final PolicyTests tests : all) {
                suite(xml, tests);
            }
            xml.writeEndElement();
            xml.writeEndDocument();
        } catch (final XMLStreamException e) {
            throw new IllegalStateException("a string takes all that is written", e);
        }
        return text + "\n";
    }

    private static void suite(final XMLStreamWriter xml, final PolicyTests tests) throws XMLStreamException {
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", clean(tests.file()));
        xml.writeAttribute("tests", Long.toString(count(tests)));
        xml.writeAttribute("failures", Long.toString(failures(tests)));
        xml.writeAttribute("errors", tests.hasErrors() ? "1" : "0");
        xml.writeAttribute("time", seconds(tests.milliseconds()));
        if (tests.hasErrors()) {
            begin(xml, tests, "the policy compiles", 0);
            final String report = new TextReport(tests.sources(), false).render(tests.diagnostics());
            ending(xml, "error", tests.diagnostics().get(0), report);
            xml.writeEndElement();
        }
        for (final PolicyTests.Result result : tests.results()) {
            begin(xml, tests, result.run().test().name(), result.milliseconds());
            if (!result.run().passed()) {
                final Diagnostic failure = result.run().failure().orElseThrow();
                ending(xml, "failure", failure, story(tests, result.run()));
            }
            xml.writeEndElement();
            for (final KernelVerdict verdict : result.kernel()) {
                kernel(xml, tests, verdict);
            }
        }
        xml.writeEndElement();
    }

    private static long count(final PolicyTests tests) {
        return tests.results().stream()
                        .mapToLong(result -> 1 + result.kernel().size())
                        .sum()
                + (tests.hasErrors() ? 1 : 0);
    }

    private static long failures(final PolicyTests tests) {
        return tests.results().stream()
                .mapToLong(result -> (result.run().passed() ? 0 : 1)
                        + result.kernel().stream()
                                .filter(verdict -> !verdict.passed())
                                .count())
                .sum();
    }

    private static void kernel(final XMLStreamWriter xml, final PolicyTests tests, final KernelVerdict verdict)
            throws XMLStreamException {
        final String name = verdict.test().name() + " (kernel, " + KernelAccess.name(verdict.backEnd()) + ")";
        begin(xml, tests, name, verdict.millis());
        if (!verdict.passed()) {
            final String told = VerdictText.of(verdict);
            xml.writeStartElement("failure");
            xml.writeAttribute("type", "kernel");
            xml.writeAttribute("message", clean(told.lines().findFirst().orElse("")));
            xml.writeCharacters(clean(told));
            xml.writeEndElement();
        }
        xml.writeEndElement();
    }

    private static void begin(
            final XMLStreamWriter xml, final PolicyTests tests, final String name, final double milliseconds)
            throws XMLStreamException {
        xml.writeStartElement("testcase");
        xml.writeAttribute("classname", clean(tests.file()));
        xml.writeAttribute("name", clean(name));
        xml.writeAttribute("time", seconds(milliseconds));
    }

    private static void ending(
            final XMLStreamWriter xml, final String element, final Diagnostic diagnostic, final String story)
            throws XMLStreamException {
        xml.writeStartElement(element);
        xml.writeAttribute("type", diagnostic.code().id());
        xml.writeAttribute("message", clean(diagnostic.span() + ": " + diagnostic.message()));
        xml.writeCharacters(clean(story));
        xml.writeEndElement();
    }

    private static String story(final PolicyTests tests, final TestRun run) {
        final String report = new TextReport(tests.sources(), false)
                .render(List.of(run.failure().orElseThrow()));
        if (run.events().isEmpty()) {
            return report;
        }
        final TraceText trace = new TraceText(tests.rules().orElseThrow(), tests.sources(), Palette.PLAIN);
        return report + trace.of(run.events().get(run.events().size() - 1).flows());
    }

    private static String seconds(final double milliseconds) {
        return String.format(Locale.ROOT, "%.4f", milliseconds / MILLISECONDS);
    }

    /** XML 1.0 has no way to say most control characters. */
    private static String clean(final String text) {
        return text.codePoints()
                .map(c -> c == '\n' || c == '\t' || c >= ' ' && c < 0xD800 || c > 0xDFFF && c < 0xFFFE || c > 0xFFFF
                        ? c
                        : '\uFFFD')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }
}

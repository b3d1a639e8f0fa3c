// SPDX-License-Identifier: Apache-2.0
package io.nfl.cli.test;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.nfl.compiler.testing.Coverage;
import io.nfl.compiler.testing.TestRun;
import io.nfl.compiler.trace.Palette;
import io.nfl.compiler.trace.TraceText;
import io.nfl.diag.Diagnostic;
import io.nfl.diag.JsonReport;
import io.nfl.diag.Span;
import io.nfl.kernel.Difference;
import io.nfl.kernel.KernelAccess;
import io.nfl.kernel.KernelVerdict;
import java.util.List;

/** Results for machines. */
final class JsonResults {
    private JsonResults() {}

    static String render(final List<PolicyTests> all, final boolean coverage) {
        final JsonObject json = new JsonObject();
        final JsonArray policies = new JsonArray();
        all.forEach(tests -> policies.add(policy(tests, coverage)));
        json.addProperty(
                "passed",
                all.stream().mapToLong(t -> t.results().size() - t.failed()).sum());
        json.addProperty("failed", all.stream().mapToLong(PolicyTests::failed).sum());
        json.add("policies", policies);
        return new GsonBuilder()
                        .disableHtmlEscaping()
                        .setPrettyPrinting()
                        .create()
                        .toJson(json)
                + "\n";
    }

    private static JsonObject policy(final PolicyTests tests, final boolean coverage) {
        final JsonObject json = new JsonObject();
        json.addProperty("file", tests.file());
        json.add("diagnostics", diagnostics(tests.diagnostics()));
        final JsonArray results = new JsonArray();
        tests.results().forEach(result -> results.add(result(tests, result)));
        json.add("tests", results);
        if (coverage) {
            tests.coverage().ifPresent(each -> json.add("coverage", coverage(tests, each)));
        }
        return json;
    }

    private static JsonArray diagnostics(final List<Diagnostic> diagnostics) {
        return JsonParser.parseString(JsonReport.render(diagnostics))
                .getAsJsonObject()
                .getAsJsonArray("diagnostics");
    }

    private static JsonObject result(final PolicyTests tests, final PolicyTests.Result result) {
        final TestRun run = result.run();
        final JsonObject json = new JsonObject();
        json.addProperty("name", run.test().name());
        json.addProperty("line", run.test().span().line());
        json.addProperty("passed", result.passed());
        json.addProperty("milliseconds", result.milliseconds());
        run.failure().ifPresent(failure -> {
            json.add("failure", diagnostics(List.of(failure)).get(0));
            if (!run.events().isEmpty()) {
                json.addProperty(
                        "trace",
                        new TraceText(tests.rules().orElseThrow(), tests.sources(), Palette.PLAIN)
                                .of(run.events().get(run.events().size() - 1).flows()));
            }
        });
        if (!result.kernel().isEmpty()) {
            final JsonArray kernel = new JsonArray();
            result.kernel().forEach(verdict -> kernel.add(kernel(verdict)));
            json.add("kernel", kernel);
        }
        return json;
    }

    private static JsonObject kernel(final KernelVerdict verdict) {
        final JsonObject json = new JsonObject();
        json.addProperty("backend", KernelAccess.name(verdict.backEnd()));
        json.addProperty("passed", verdict.passed());
        json.addProperty("milliseconds", verdict.millis());
        verdict.refused().ifPresent(words -> json.addProperty("refused", words));
        if (verdict.refused().isEmpty()) {
            json.addProperty("kernelPassed", verdict.failure().isEmpty());
            json.addProperty("jvmPassed", verdict.jvmFailure().isEmpty());
        }
        verdict.failure()
                .ifPresent(failure ->
                        json.add("failure", diagnostics(List.of(failure)).get(0)));
        verdict.jvmFailure()
                .ifPresent(failure ->
                        json.add("jvmFailure", diagnostics(List.of(failure)).get(0)));
        if (!verdict.differences().isEmpty()) {
            final JsonArray differences = new JsonArray();
            verdict.differences().forEach(difference -> differences.add(difference(difference)));
            json.add("differences", differences);
            json.addProperty("story", String.join("\n", verdict.story()));
        }
        return json;
    }

    private static JsonObject difference(final Difference difference) {
        final JsonObject json = new JsonObject();
        if (difference.event() >= 0) {
            json.addProperty("event", difference.event());
        }
        if (difference.flow() >= 0) {
            json.addProperty("flow", difference.flow());
        }
        json.addProperty("field", difference.field());
        json.addProperty("kernel", difference.kernel());
        json.addProperty("jvm", difference.jvm());
        if (!difference.place().isEmpty()) {
            json.addProperty("rule", difference.place());
        }
        return json;
    }

    private static JsonObject coverage(final PolicyTests tests, final Coverage coverage) {
        final JsonObject json = new JsonObject();
        json.addProperty("rules", coverage.written());
        json.addProperty("reached", coverage.reached());
        final JsonArray unreached = new JsonArray();
        for (final Span span : coverage.unreached()) {
            final JsonObject rule = new JsonObject();
            rule.addProperty("file", span.file());
            rule.addProperty("line", span.line());
            rule.addProperty("rule", TextResults.written(tests, span));
            unreached.add(rule);
        }
        json.add("unreached", unreached);
        return json;
    }
}

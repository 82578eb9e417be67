/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation.template;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.lib.tag.IfTag;
import com.hubspot.jinjava.tree.TagNode;
import com.hubspot.jinjava.tree.output.RenderedOutputNode;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import jinjava.de.odysseus.el.ExpressionFactoryImpl;
import jinjava.de.odysseus.el.tree.TreeStore;
import jinjava.de.odysseus.el.tree.impl.Cache;
import jinjava.javax.el.ExpressionFactory;

/** A template that Jinjava renders. */
public final class JinjavaTemplate {

    private static final int MOST_ITEMS = 1_000_000;

    /** Far more than any template has; parsing is recursive. */
    private static final int LONGEST_SOURCE = 1 << 18;

    private final TemplateSource source;
    private final Python python = new Python();

    /** Reads a template; one that does what Jinjava does not do as Jinja is refused. */
    public JinjavaTemplate(String template) {
        if (template.length() > LONGEST_SOURCE) {
            throw new TemplateException(
                    "has %d characters, more than any template needs".formatted(template.length()));
        }
        source = TemplateSource.of(template);
    }

    /**
     * Renders the template with values: texts, integers, booleans, lists and maps of them, null for
     * None.
     */
    public String render(Map<String, ?> variables) {
        Map<String, Object> all = new HashMap<>(variables);
        all.replaceAll((name, value) -> value == null ? PythonValues.NONE : value);
        // functions are defined, too
        TemplateSource.FUNCTIONS.forEach(name -> all.put(name, Function.FUNCTION));
        all.put("none", PythonValues.NONE);
        all.put("None", PythonValues.NONE);
        all.put(TemplateSource.TEXTS, source.texts());
        all.put(Loop.BUDGET, new AtomicInteger(MOST_ITEMS));
        Context context = new Context(python.getGlobalContextCopy(), all);
        JinjavaInterpreter interpreter =
                new JinjavaInterpreter(python, context, python.getGlobalConfig());
        interpreter
                .getContext()
                .setExpressionStrategy(
                        (expression, at) ->
                                new RenderedOutputNode(
                                        shown(
                                                at.resolveELExpression(
                                                        expression.getExpr(),
                                                        expression.getLineNumber()))));
        String text;
        try {
            text = interpreter.render(source.program());
        } catch (TemplateException e) {
            throw e;
        } catch (StackOverflowError e) {
            throw new TemplateException("nests its expressions too deeply", e);
        } catch (RuntimeException e) {
            throw refusal(e, String.valueOf(e.getMessage()));
        }
        for (TemplateError error : interpreter.getErrorsCopy()) {
            throw refusal(error.getException(), error.getMessage());
        }
        return text;
    }

    /** The value of the name of a function that is not called. */
    private enum Function {
        FUNCTION
    }

    private static String shown(Object value) {
        return PythonValues.text(PythonResolver.unwrap(value));
    }

    private static TemplateException refusal(Throwable error, String message) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof TemplateException refusal) {
                return refusal;
            }
        }
        return new TemplateException(
                "is not understood: " + message.lines().findFirst().orElse(""));
    }

    /** Ends a rendering: {@code raise_exception}. */
    @SuppressWarnings("DoNotCallSuggester") // templates call it
    public static String raise(String message) {
        throw new TemplateException("refuses the conversation: " + message);
    }

    /** Returns the time now: {@code strftime_now}. */
    public static String now(String format) {
        return Strftime.format(LocalDateTime.now(ZoneId.systemDefault()), format);
    }

    /** Jinjava with the operators, filters, tests, tags and functions that are known here. */
    private static final class Python extends Jinjava {

        private final ExpressionFactory expressions =
                new ExpressionFactoryImpl(
                        new TreeStore(new PythonSyntax(), new Cache(1000)),
                        new PythonSyntax.Truth());

        Python() {
            super(config());
            Filters.NAMES.forEach(name -> registerFilter(new PythonFilter(name)));
            Tests.NAMES.forEach(name -> registerExpTest(new PythonTest(name)));
            registerTag(new Loop());
            registerTag(new If());
            registerFunction(function("raise_exception", "raise"));
            registerFunction(function("strftime_now", "now"));
        }

        private static JinjavaConfig config() {
            return JinjavaConfig.newBuilder()
                    .withLegacyOverrides(
                            LegacyOverrides.newBuilder()
                                    .withUseNaturalOperatorPrecedence(true)
                                    .withParseWhitespaceControlStrictly(true)
                                    .withIterateOverMapKeys(true)
                                    .withEvaluateMapKeys(true)
                                    .build())
                    // what a message says is no template
                    .withNestedInterpretationEnabled(false)
                    .withElResolver(new PythonResolver())
                    .withKeepTrailingNewline(true)
                    // longer ranges would be cut off without a word
                    .withRangeLimit(MOST_ITEMS + 1)
                    .withMaxOutputSize(PythonValues.LONGEST)
                    .withMaxStringLength(PythonValues.LONGEST)
                    .withMaxListSize(PythonValues.LONGEST)
                    .withMaxMapSize(PythonValues.LONGEST)
                    .build();
        }

        private static ELFunctionDefinition function(String name, String method) {
            return new ELFunctionDefinition("", name, JinjavaTemplate.class, method, String.class);
        }

        @Override
        public ExpressionFactory getExpressionFactory() {
            return expressions;
        }
    }

    private record PythonFilter(String name) implements Filter {

        @Override
        public String getName() {
            return name;
        }

        @Override
        public Object filter(Object value, JinjavaInterpreter interpreter, String... arguments) {
            return filter(value, interpreter, arguments, Map.of());
        }

        @Override
        public Object filter(
                Object value,
                JinjavaInterpreter interpreter,
                Object[] arguments,
                Map<String, Object> named) {
            return PythonResolver.guarded(
                    () ->
                            Filters.apply(
                                    name,
                                    PythonResolver.unwrap(value),
                                    PythonResolver.arguments(arguments),
                                    named));
        }
    }

    private record PythonTest(String name) implements ExpTest {

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean evaluate(Object value, JinjavaInterpreter interpreter, Object... arguments) {
            List<Object> unwrapped = PythonResolver.arguments(arguments);
            return (Boolean)
                    PythonResolver.guarded(
                            () -> Tests.holds(name, PythonResolver.unwrap(value), unwrapped));
        }
    }

    private static final class If extends IfTag {

        private static final long serialVersionUID = 1L;

        @Override
        public boolean isPositiveIfElseNode(TagNode tag, JinjavaInterpreter interpreter) {
            return PythonValues.isTrue(
                    PythonResolver.unwrap(
                            interpreter.resolveELExpression(
                                    tag.getHelpers(), tag.getLineNumber())));
        }
    }
}

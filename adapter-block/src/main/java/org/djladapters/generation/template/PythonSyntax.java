/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation.template;

import com.hubspot.jinjava.el.TruthyTypeConverter;
import com.hubspot.jinjava.el.ext.AdditionOperator;
import com.hubspot.jinjava.el.ext.AstNamedParameter;
import com.hubspot.jinjava.el.ext.AstRangeBracket;
import com.hubspot.jinjava.el.ext.CollectionMembershipOperator;
import com.hubspot.jinjava.el.ext.CollectionNonMembershipOperator;
import com.hubspot.jinjava.el.ext.ExtendedParser;
import com.hubspot.jinjava.el.ext.NamedParameterOperator;
import com.hubspot.jinjava.el.ext.StringConcatOperator;
import com.hubspot.jinjava.el.ext.TruncDivOperator;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.LongBinaryOperator;
import jinjava.de.odysseus.el.misc.TypeConverter;
import jinjava.de.odysseus.el.tree.Bindings;
import jinjava.de.odysseus.el.tree.impl.Builder;
import jinjava.de.odysseus.el.tree.impl.Parser;
import jinjava.de.odysseus.el.tree.impl.Scanner;
import jinjava.de.odysseus.el.tree.impl.ast.AstBinary;
import jinjava.de.odysseus.el.tree.impl.ast.AstIdentifier;
import jinjava.de.odysseus.el.tree.impl.ast.AstNode;
import jinjava.de.odysseus.el.tree.impl.ast.AstUnary;
import jinjava.javax.el.ELContext;

/** Expressions whose operators bind and act as Jinja's. */
final class PythonSyntax extends Builder {

    private static final long serialVersionUID = 1L;

    PythonSyntax() {
        super(Feature.METHOD_INVOCATIONS, Feature.NULL_PROPERTIES, Feature.VARARGS);
    }

    @Override
    protected Parser createParser(String expression) {
        return new PythonParser(this, expression);
    }

    /** Python's truth, for {@code not}, {@code and}, {@code or} and {@code if}. */
    static final class Truth extends TruthyTypeConverter {

        private static final long serialVersionUID = 1L;

        @Override
        protected Boolean coerceToBoolean(Object value) {
            return PythonValues.isTrue(PythonResolver.unwrap(value));
        }
    }

    private static final class Operator extends AstBinary.SimpleOperator {

        private final BinaryOperator<Object> operation;

        Operator(BinaryOperator<Object> operation) {
            this.operation = operation;
        }

        @Override
        protected Object apply(TypeConverter converter, Object left, Object right) {
            return PythonResolver.guarded(
                    () ->
                            operation.apply(
                                    PythonResolver.unwrap(left), PythonResolver.unwrap(right)));
        }
    }

    private static final class And implements AstBinary.Operator {
        @Override
        public Object eval(Bindings bindings, ELContext context, AstNode left, AstNode right) {
            Object first = left.eval(bindings, context);
            return bindings.convert(first, Boolean.class) ? right.eval(bindings, context) : first;
        }
    }

    private static final AstBinary.Operator CONCATENATE = new Operator(PythonValues::concatenate);
    private static final AstBinary.Operator IN =
            new Operator((item, container) -> PythonValues.contains(container, item));
    private static final AstBinary.Operator NOT_IN =
            new Operator((item, container) -> !PythonValues.contains(container, item));

    private static final Map<AstBinary.Operator, AstBinary.Operator> INSTEAD =
            Map.ofEntries(
                    Map.entry(AdditionOperator.OP, new Operator(PythonValues::plus)),
                    Map.entry(AstBinary.SUB, onWhole(Math::subtractExact)),
                    Map.entry(AstBinary.MUL, onWhole(Math::multiplyExact)),
                    Map.entry(TruncDivOperator.OP, onWhole(Math::floorDiv)),
                    Map.entry(AstBinary.MOD, new Operator(PythonValues::modulo)),
                    Map.entry(AstBinary.EQ, new Operator(PythonValues::equal)),
                    Map.entry(AstBinary.NE, new Operator((a, b) -> !PythonValues.equal(a, b))),
                    Map.entry(AstBinary.LT, new Operator((a, b) -> compare(a, b) < 0)),
                    Map.entry(AstBinary.LE, new Operator((a, b) -> compare(a, b) <= 0)),
                    Map.entry(AstBinary.GT, new Operator((a, b) -> compare(a, b) > 0)),
                    Map.entry(AstBinary.GE, new Operator((a, b) -> compare(a, b) >= 0)),
                    Map.entry(AstBinary.AND, new And()));

    /**
     * Returns an operator of integers; Jinjava would make numbers of texts and undefined values.
     */
    private static Operator onWhole(LongBinaryOperator operation) {
        return new Operator(
                (a, b) -> {
                    if (PythonValues.isWhole(a) && PythonValues.isWhole(b)) {
                        return operation.applyAsLong(
                                ((Number) a).longValue(), ((Number) b).longValue());
                    }
                    throw new TemplateException("computes with what are no integers");
                });
    }

    private static int compare(Object a, Object b) {
        if (PythonValues.isWhole(a) && PythonValues.isWhole(b)) {
            return Long.compare(((Number) a).longValue(), ((Number) b).longValue());
        }
        if (a instanceof String first && b instanceof String second) {
            return first.compareTo(second);
        }
        throw new TemplateException("compares what are neither two integers nor two texts");
    }

    private static final class Slice extends AstRangeBracket {

        private final AstNode base;
        private final AstNode begin;
        private final AstNode end;

        Slice(AstNode base, AstNode begin, AstNode end, boolean lvalue, boolean strict) {
            super(base, begin, end, lvalue, strict, false);
            this.base = base;
            this.begin = begin;
            this.end = end;
        }

        @Override
        public Object eval(Bindings bindings, ELContext context) {
            Object whole = PythonResolver.unwrap(base.eval(bindings, context));
            Object first = begin == null ? null : begin.eval(bindings, context);
            Object last = end == null ? null : end.eval(bindings, context);
            return PythonResolver.guarded(() -> PythonValues.slice(whole, first, last));
        }
    }

    private static final class PythonParser extends ExtendedParser {

        PythonParser(Builder context, String input) {
            super(context, input);
            put(StringConcatOperator.TOKEN, ExtensionPoint.ADD, CONCATENATE);
            put(CollectionMembershipOperator.TOKEN, ExtensionPoint.CMP, IN);
            put(CollectionNonMembershipOperator.TOKEN, ExtensionPoint.CMP, NOT_IN);
        }

        private void put(
                Scanner.ExtensionToken token, ExtensionPoint point, AstBinary.Operator operator) {
            putExtensionHandler(
                    token,
                    new ExtensionHandler(point) {
                        @Override
                        public AstNode createAstNode(AstNode... sides) {
                            return new AstBinary(sides[0], sides[1], operator);
                        }
                    });
        }

        @Override
        protected AstBinary createAstBinary(
                AstNode left, AstNode right, AstBinary.Operator operator) {
            return super.createAstBinary(left, right, INSTEAD.getOrDefault(operator, operator));
        }

        @Override
        protected AstNode expr(boolean required) throws Scanner.ScanException, ParseException {
            boolean named =
                    getToken().getSymbol() == Scanner.Symbol.IDENTIFIER
                            && lookahead(0) == NamedParameterOperator.TOKEN;
            if (!named) {
                return super.expr(required);
            }
            // the whole expression after the sign is the argument
            AstIdentifier name = identifier(consumeToken().getImage());
            consumeToken();
            return new AstNamedParameter(name, super.expr(true));
        }

        @Override
        protected AstRangeBracket createAstRangeBracket(
                AstNode base, AstNode begin, AstNode end, boolean lvalue, boolean strict) {
            return new Slice(base, begin, end, lvalue, strict);
        }

        @Override
        protected AstNode and(boolean required) throws Scanner.ScanException, ParseException {
            AstNode node = not(required);
            while (node != null && getToken().getSymbol() == Scanner.Symbol.AND) {
                consumeToken();
                node = createAstBinary(node, not(true), AstBinary.AND);
            }
            return node;
        }

        /** Reads {@code not}, which in Jinja takes a whole comparison or test. */
        private AstNode not(boolean required) throws Scanner.ScanException, ParseException {
            if (getToken().getSymbol() == Scanner.Symbol.NOT) {
                consumeToken();
                return createAstUnary(not(true), AstUnary.NOT);
            }
            return eq(required);
        }
    }
}

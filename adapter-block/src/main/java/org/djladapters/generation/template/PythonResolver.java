/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.generation.template;

import com.hubspot.jinjava.el.ext.NamedParameter;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.objects.SafeString;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELException;
import jinjava.javax.el.ELResolver;

/**
 * The only way from a template to an object: items of lists, maps and texts, and the few methods of
 * texts and maps that {@link PythonValues} knows. Nothing of Java can be reached.
 */
final class PythonResolver extends ELResolver {

    @Override
    public Object getValue(ELContext context, Object base, Object property) {
        context.setPropertyResolved(true);
        return PythonValues.item(unwrap(base), String.valueOf(property));
    }

    @Override
    @SuppressWarnings("unchecked") // Jinjava gives filters their arguments in this form
    public Object invoke(
            ELContext context, Object base, Object method, Class<?>[] types, Object[] given) {
        context.setPropertyResolved(true);
        if (base instanceof Filter filter && "filter".equals(method)) {
            return filter.filter(
                    given[0],
                    (JinjavaInterpreter) given[1],
                    (Object[]) given[2],
                    (Map<String, Object>) given[3]);
        }
        if (base instanceof ExpTest test) {
            Object[] arguments = Arrays.copyOfRange(given, 2, given.length);
            boolean holds = test.evaluate(given[0], (JinjavaInterpreter) given[1], arguments);
            return holds != "evaluateNegated".equals(method);
        }
        return guarded(
                () -> PythonValues.call(unwrap(base), String.valueOf(method), arguments(given)));
    }

    /** Returns a value in the type that the operations here know. */
    static Object unwrap(Object value) {
        return value instanceof SafeString text ? text.getValue() : value;
    }

    static List<Object> arguments(Object... given) {
        for (Object argument : given) {
            if (argument instanceof NamedParameter) {
                throw new TemplateException("names an argument where that is not supported");
            }
        }
        return Arrays.stream(given).map(PythonResolver::unwrap).toList();
    }

    /** An operation that may refuse. */
    @FunctionalInterface
    interface Operation {
        Object run();
    }

    /** Wraps a refusal so that Jinjava hands it on. */
    static Object guarded(Operation operation) {
        try {
            return operation.run();
        } catch (TemplateException | ArithmeticException e) {
            throw new ELException(e.getMessage(), e);
        }
    }

    @Override
    public Class<?> getType(ELContext context, Object base, Object property) {
        return Object.class;
    }

    @Override
    public void setValue(ELContext context, Object base, Object property, Object value) {
        throw new ELException("Templates change nothing");
    }

    @Override
    public boolean isReadOnly(ELContext context, Object base, Object property) {
        return true;
    }

    @Override
    public java.util.Iterator<java.beans.FeatureDescriptor> getFeatureDescriptors(
            ELContext context, Object base) {
        return null;
    }

    @Override
    public Class<?> getCommonPropertyType(ELContext context, Object base) {
        return Object.class;
    }
}

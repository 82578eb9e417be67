/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.archive;

import java.util.Collections;
import java.util.Map;

/**
 * An object of a TorchScript class as {@code data.pkl} describes it. Its attributes are {@link
 * TensorRecord}s, other objects, or plain values: null, Boolean, Long, Double, String, List, Map.
 */
final class ScriptObject {

    private final String className;
    private Map<Object, Object> attributes;
    private int dictStart;
    private int dictEnd;

    ScriptObject(String className) {
        this.className = className;
        this.attributes = Map.of();
        this.dictStart = -1;
    }

    /** Gives the object its attributes, once. */
    void build(Map<Object, Object> attributes, int dictStart, int dictEnd) {
        this.attributes = Collections.unmodifiableMap(attributes);
        this.dictStart = dictStart;
        this.dictEnd = dictEnd;
    }

    boolean isBuilt() {
        return dictStart >= 0;
    }

    String className() {
        return className;
    }

    Map<Object, Object> attributes() {
        return attributes;
    }

    /** Returns the byte position at which the still empty attribute dictionary is on the stack. */
    int dictStart() {
        return dictStart;
    }

    /** Returns the byte position at which the filled attribute dictionary is on the stack. */
    int dictEnd() {
        return dictEnd;
    }
}

/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** The index arrays of one {@link CompoundForm} on one device, to be made once and used often. */
public final class CompoundPlan implements AutoCloseable {

    private final CompoundForm form;
    private final NDManager manager;
    private final NDList arrays;
    private final NDArray options;
    private final NDArray index;
    private NDList tangents;

    /**
     * Lays out the index arrays.
     *
     * @param form the form of the rotation
     * @param parent the manager whose device is used and with which the arrays live at most
     */
    public CompoundPlan(CompoundForm form, NDManager parent) {
        this.form = form;
        manager = parent.newSubManager();
        IndexPlan plan = new IndexPlan(form);
        arrays = new NDList();
        for (long[][] array : plan.arrays()) {
            arrays.add(matrix(array));
        }
        // read by the host: on any other device every option would cost a synchronisation
        options = manager.create(plan.options()).toDevice(Device.cpu(), false);
        index = form.hasShiftedSteps() ? matrix(plan.stepGathers()) : null;
    }

    /**
     * The form that the arrays belong to.
     *
     * @return the form
     */
    public CompoundForm form() {
        return form;
    }

    /**
     * Tells whether the arrays are still there.
     *
     * @return false once the plan or the manager it was made with is closed
     */
    public boolean isOpen() {
        return manager.isOpen();
    }

    NDList arrays() {
        return arrays;
    }

    NDArray options() {
        return options;
    }

    /** The gathers between the steps, or null if there are none. */
    NDArray index() {
        return index;
    }

    /** For every order of a block its size and where the additive compound has entries. */
    synchronized NDList tangents() {
        if (tangents == null) {
            CompoundLayout layout = form.layout();
            NDList made = new NDList();
            for (int order : layout.orders()) {
                AdditiveCompound additive = new AdditiveCompound(layout.size(), order);
                Shape shape = new Shape((long) layout.size() * layout.size(), additive.terms());
                // read by the host
                NDArray size = manager.create(additive.size());
                made.add(size.toDevice(Device.cpu(), false));
                made.add(manager.create(additive.positions(), shape));
                made.add(manager.create(additive.signs(), shape));
            }
            tangents = made;
        }
        return tangents;
    }

    /** Releases the arrays. */
    @Override
    public void close() {
        manager.close();
    }

    private NDArray matrix(long[][] rows) {
        long[] flat = new long[rows.length * rows[0].length];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, flat, i * rows[i].length, rows[i].length);
        }
        Shape shape =
                rows.length == 1 ? new Shape(flat.length) : new Shape(rows.length, rows[0].length);
        return manager.create(flat, shape);
    }
}

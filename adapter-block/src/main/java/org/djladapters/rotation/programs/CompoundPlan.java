/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.rotation.programs;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.djladapters.rotation.CompoundForm;
import org.djladapters.rotation.CompoundLayout;

/** The index arrays of one {@link CompoundForm} on one device, to be made once and used often. */
public final class CompoundPlan implements AutoCloseable {

    private final CompoundForm form;
    private final NDManager manager;
    private final NDList arrays;
    private final NDArray options;
    private final NDArray index;
    private Tangents tangents;

    /** Lays out the index arrays on the device of a manager, with which they live at most. */
    public CompoundPlan(CompoundForm form, NDManager parent) {
        this(form, parent, parent.getDevice());
    }

    /** Lays out the index arrays on a device; they live at most as long as a manager does. */
    public CompoundPlan(CompoundForm form, NDManager parent, Device device) {
        this.form = form;
        manager = parent.newSubManager(device);
        IndexPlan plan = new IndexPlan(form);
        arrays = new NDList();
        for (long[][] array : plan.arrays()) {
            arrays.add(matrix(array));
        }
        // read by the host: on any other device every option would cost a synchronisation
        options = manager.create(plan.options()).toDevice(Device.cpu(), false);
        index = plan.hasStepGathers() ? matrix(plan.stepGathers()) : null;
    }

    public CompoundForm form() {
        return form;
    }

    /**
     * Tells whether the arrays are still there: until the plan or the manager it was made with is
     * closed.
     */
    public boolean isOpen() {
        return manager.isOpen();
    }

    /** Returns the arrays of {@link IndexPlan#arrays}. */
    NDList arrays() {
        return arrays;
    }

    /** Returns the numbers of {@link IndexPlan#options}. */
    NDArray options() {
        return options;
    }

    /** Returns the gathers between the steps, or null if there are none. */
    NDArray index() {
        return index;
    }

    /**
     * The places where the entries of a matrix X stand in the additive compounds of a block's
     * orders, those of its diagonal only where there are gains.
     *
     * @param positions places of shape (n n, m) in the products of a block's {@link
     *     CompoundLayout#parts}, one after the other
     * @param signs the signs of the entries there, of shape (n n, m)
     */
    record Tangents(NDArray positions, NDArray signs) {}

    /** Returns where the entries of X stand, computed once. */
    synchronized Tangents tangents() {
        if (tangents == null) {
            CompoundLayout layout = form.layout();
            int entries = layout.size() * layout.size();
            List<AdditiveCompound> orders =
                    layout.orders().stream()
                            .map(order -> new AdditiveCompound(layout.size(), order, form.gains()))
                            .toList();
            int terms = orders.stream().mapToInt(AdditiveCompound::terms).sum();
            long[] positions = new long[entries * terms];
            float[] signs = new float[entries * terms];
            boolean whole = layout.parts().size() == 1;
            int row = 0;
            int column = 0;
            long before = 0;
            for (AdditiveCompound order : orders) {
                int size = order.size();
                for (int i = 0; i < entries * order.terms(); i++) {
                    int place = i / order.terms() * terms + column + i % order.terms();
                    long position = order.positions()[i];
                    positions[place] =
                            whole
                                    ? (row + position / size) * layout.parts().get(0)
                                            + row
                                            + position % size
                                    : before + position;
                    signs[place] = order.signs()[i];
                }
                row += size;
                column += order.terms();
                before += (long) size * size;
            }
            Shape shape = new Shape(entries, terms);
            tangents = new Tangents(manager.create(positions, shape), manager.create(signs, shape));
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

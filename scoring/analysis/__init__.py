"""What an index builder looks at before trusting an index: functions of units x indicators."""
